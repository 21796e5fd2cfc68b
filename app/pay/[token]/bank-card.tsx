import { useLocale, useTranslations } from 'next-intl'
import { BankAccount } from '#app/_ui/amount.tsx'
import { buttonClass, ButtonLink } from '#app/_ui/button.tsx'
import { Fact, Facts } from '#app/_ui/facts.tsx'
import { Icon } from '#app/_ui/icons.tsx'
import type { StatusView } from '#lib/contract/payout.ts'
import { fixedNames } from '#lib/words/fixed-names.ts'
import { moneyText } from '#lib/words/money.ts'

/**
 * Names where the link leads, how much, to whom and to which account, so that the receiver notices a swapped payout before opening the
 * bank's form, and can say no. On a phone the link stays in reach at the foot of the screen.
 */
export function BankCard({
  view,
  url,
  host,
  token,
}: {
  view: StatusView
  url: string
  host: string
  token: string
}) {
  const [t, locale] = [useTranslations('pay'), useLocale()]
  return (
    <div className="mt-6 rounded-2xl border-2 border-accent bg-surface p-5 sm:p-6">
      <p className="mb-3 leading-7">{t('bank.lead')}</p>
      <Facts>
        <Fact name={t('bank.website')}>
          <span className="font-mono">
            <bdi>{host}</bdi>
          </span>
        </Fact>
        <Fact name={t('amount')}>{moneyText(locale, view.displayAmount)}</Fact>
        {view.receiverName !== null && (
          <Fact name={t('bank.holder')}>
            <bdi>{view.receiverName}</bdi>
          </Fact>
        )}
        <Fact name={t('toAccount')}>
          <BankAccount bank={view.bankName} last4={view.accountLast4} />
        </Fact>
      </Facts>
      <p className="mt-3 text-sm text-ink-2">{t('bank.check')}</p>
      <div className="bank-bar mt-4">
        <a href={url} rel="noreferrer" className={`${buttonClass()} w-full`}>
          <span lang="en">{fixedNames.continueToBank}</span>
          <Icon name="arrow" />
        </a>
        <p className="mt-2 text-center text-sm text-ink-2">
          {t.rich('bank.opens', {
            host: () => (
              <span className="font-mono text-ink">
                <bdi>{host}</bdi>
              </span>
            ),
          })}
        </p>
      </div>
      <p className="mt-3 flex flex-col">
        <ButtonLink href={`/pay/${encodeURIComponent(token)}?bank=later`} look="secondary">
          {t('bank.notNow')}
        </ButtonLink>
      </p>
    </div>
  )
}

/** The receiver said no: nothing leads to the bank until they ask for it. */
export function BankLater({ token }: { token: string }) {
  const t = useTranslations('pay')
  return (
    <div className="mt-6 rounded-2xl border border-line bg-surface p-5 sm:p-6">
      <p className="font-medium">{t('bank.laterTitle')}</p>
      <p className="mt-1.5 leading-7 text-ink-2">{t('bank.laterText')}</p>
      <p className="mt-4 flex flex-col">
        <ButtonLink href={`/pay/${encodeURIComponent(token)}`} look="secondary">
          {t('bank.showAgain')}
        </ButtonLink>
      </p>
    </div>
  )
}
