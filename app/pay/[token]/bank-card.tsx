import { useLocale, useTranslations } from 'next-intl'
import { Account } from '#app/_ui/amount.tsx'
import { buttonClass } from '#app/_ui/button.tsx'
import { Icon } from '#app/_ui/icons.tsx'
import type { StatusView } from '#lib/contract/payout.ts'
import { fixedNames } from '#lib/words/fixed-names.ts'
import { moneyText } from '#lib/words/money.ts'

/** Repeats amount and destination, so that the receiver notices a swapped payout before opening the bank's form. */
export function BankCard({ view, url, host }: { view: StatusView; url: string; host: string }) {
  const [t, locale] = [useTranslations('pay.bank'), useLocale()]
  return (
    <div className="mt-6 rounded-2xl border-2 border-accent bg-surface p-5 sm:p-6">
      <p className="leading-7">
        {t.rich('check', {
          amount: moneyText(locale, view.displayAmount),
          account: () => <Account last4={view.accountLast4} />,
        })}
      </p>
      <a href={url} rel="noreferrer" className={`${buttonClass()} mt-4 w-full`}>
        <span lang="en">{fixedNames.continueToBank}</span>
        <Icon name="arrow" />
      </a>
      <p className="mt-3 text-center text-sm text-ink-2">
        {t.rich('opens', {
          host: () => (
            <span className="font-mono text-ink">
              <bdi>{host}</bdi>
            </span>
          ),
        })}
      </p>
    </div>
  )
}
