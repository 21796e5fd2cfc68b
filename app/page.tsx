import { redirect } from 'next/navigation'
import { currentActor } from '#app/_server/session.ts'
import { may } from '#lib/payouts/permissions.ts'
import { ButtonLink } from './_ui/button.tsx'
import { Icon } from './_ui/icons.tsx'
import type { IconName } from './_ui/icons.tsx'

const promises = [
  { icon: 'bank', title: 'Checked first', text: 'The bank confirms the account before anybody decides.' },
  { icon: 'people', title: 'Two people', text: 'Nobody approves a payout they asked for.' },
  { icon: 'check', title: 'Paid once', text: 'Silence is never read as failure, so nothing is sent twice.' },
] as const satisfies readonly { icon: IconName; title: string; text: string }[]

export default async function Welcome() {
  const actor = await currentActor()
  if (may(actor, 'payout.see_own')) redirect('/withdrawals')
  if (may(actor, 'payout.see_all')) redirect('/desk')
  return (
    <div className="mx-auto flex max-w-6xl flex-col justify-center px-4 py-16 sm:px-6 sm:py-28">
      <h1 className="max-w-2xl text-4xl leading-[1.1] font-semibold tracking-tight sm:text-6xl">
        Payouts that arrive, once.
      </h1>
      <p className="mt-5 max-w-xl text-lg leading-8 text-ink-2">
        Ask for a withdrawal, follow it to your bank account, and always see whose turn it is.
      </p>
      <div className="mt-8">
        <ButtonLink href="/sign-in">
          Sign in
          <Icon name="arrow" />
        </ButtonLink>
      </div>
      <ul className="mt-16 grid gap-x-10 gap-y-6 border-t border-line pt-8 sm:grid-cols-3">
        {promises.map((promise) => (
          <li key={promise.title} className="flex gap-3">
            <Icon name={promise.icon} className="mt-1 size-4.5 text-accent" />
            <div>
              <h2 className="font-medium">{promise.title}</h2>
              <p className="mt-0.5 text-[0.9375rem] leading-6 text-ink-2">{promise.text}</p>
            </div>
          </li>
        ))}
      </ul>
    </div>
  )
}
