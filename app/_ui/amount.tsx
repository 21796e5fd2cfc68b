import { useLocale, useTranslations } from 'next-intl'
import { moneyText } from '#lib/words/money.ts'

/** "1,234.50 EUR", or "1 234,50 EUR" in Russian, with the figure more prominent than its currency. */
export function Amount({ display, large = false }: { display: string; large?: boolean }) {
  const [figure, currency] = splitCurrency(moneyText(useLocale(), display))
  return (
    // On a screen of 320 px a large amount is smaller, and the currency of millions goes below it.
    <span className={large ? undefined : 'whitespace-nowrap'}>
      <span
        className={
          large ? 'text-[min(2.25rem,10vw)] font-semibold tracking-tight sm:text-5xl' : 'font-medium'
        }
      >
        {figure}
      </span>{' '}
      <span className={large ? 'ml-1 text-xl text-ink-3' : 'text-[0.8125rem] text-ink-3'}>{currency}</span>
    </span>
  )
}

function splitCurrency(display: string): [string, string] {
  const space = display.lastIndexOf(' ')
  return space < 0 ? [display, ''] : [display.slice(0, space), display.slice(space + 1)]
}

/** The same as plain text, inside a sentence. */
export function Money({ display }: { display: string }) {
  return <span className="whitespace-nowrap">{moneyText(useLocale(), display)}</span>
}

/** "Example Bank •••• 3000", without the bank if none is known. */
export function BankAccount({ bank, last4 }: { bank: string | null | undefined; last4: string | null }) {
  return (
    <>
      {bank && (
        <>
          <bdi>{bank}</bdi>{' '}
        </>
      )}
      <Account last4={last4} />
    </>
  )
}

/** "•••• 3000", read aloud as "ending in 3000". */
export function Account({ last4 }: { last4: string | null }) {
  const t = useTranslations('common.account')
  if (last4 === null || last4 === '') return <span className="text-ink-3">{t('notNamed')}</span>
  return (
    <span className="whitespace-nowrap">
      <span aria-hidden="true" className="tracking-widest text-ink-3">
        ••••
      </span>
      <span className="sr-only">{t('endingIn')}</span> <bdi>{last4}</bdi>
    </span>
  )
}
