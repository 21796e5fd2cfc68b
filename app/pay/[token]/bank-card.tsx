import { Account } from '#app/_ui/amount.tsx'
import { buttonClass } from '#app/_ui/button.tsx'
import { Icon } from '#app/_ui/icons.tsx'
import type { StatusView } from '#lib/contract/payout.ts'

/** Repeats amount and destination, so that the receiver notices a swapped payout before opening the bank's form. */
export function BankCard({ view, url, host }: { view: StatusView; url: string; host: string }) {
  return (
    <div className="mt-6 rounded-2xl border-2 border-accent bg-surface p-5 sm:p-6">
      <p className="leading-7">
        {view.displayAmount} to the account <Account last4={view.accountLast4} />. If this is not yours, do
        not go on.
      </p>
      <a href={url} rel="noreferrer" className={`${buttonClass()} mt-4 w-full`}>
        Continue to your bank
        <Icon name="arrow" />
      </a>
      <p className="mt-3 text-center text-sm text-ink-2">
        Opens{' '}
        <span className="font-mono text-ink">
          <bdi>{host}</bdi>
        </span>
      </p>
    </div>
  )
}
