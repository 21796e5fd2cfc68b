import { getTranslations } from 'next-intl/server'
import { redirect } from 'next/navigation'
import { currentActor } from '#app/_server/session.ts'
import { may } from '#lib/payouts/permissions.ts'
import { fixedNames } from '#lib/words/fixed-names.ts'
import { ButtonLink } from './_ui/button.tsx'
import { Icon } from './_ui/icons.tsx'
import type { IconName } from './_ui/icons.tsx'

const promises = [
  { key: 'checked', icon: 'bank' },
  { key: 'people', icon: 'people' },
  { key: 'once', icon: 'check' },
] as const satisfies readonly { key: string; icon: IconName }[]

export default async function Welcome() {
  const actor = await currentActor()
  if (may(actor, 'payout.see_own')) redirect('/withdrawals')
  if (may(actor, 'payout.see_all')) redirect('/desk')
  const t = await getTranslations('home')
  return (
    <div className="mx-auto flex max-w-6xl flex-col justify-center px-4 py-16 sm:px-6 sm:py-28">
      <h1 className="max-w-2xl text-4xl leading-[1.1] font-semibold tracking-tight sm:text-6xl">
        {t('title')}
      </h1>
      <p className="mt-5 max-w-xl text-lg leading-8 text-ink-2">{t('lead')}</p>
      <div className="mt-8">
        <ButtonLink href="/sign-in">
          <span lang="en">{fixedNames.signIn}</span>
          <Icon name="arrow" />
        </ButtonLink>
      </div>
      <ul className="mt-16 grid gap-x-10 gap-y-6 border-t border-line pt-8 sm:grid-cols-3">
        {promises.map(({ key, icon }) => (
          <li key={key} className="flex gap-3">
            <Icon name={icon} className="mt-1 size-4.5 text-accent" />
            <div>
              <h2 className="font-medium">{t(`${key}.title`)}</h2>
              <p className="mt-0.5 text-[0.9375rem] leading-6 text-ink-2">{t(`${key}.text`)}</p>
            </div>
          </li>
        ))}
      </ul>
    </div>
  )
}
