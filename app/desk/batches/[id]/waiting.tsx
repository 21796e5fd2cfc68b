import { useLocale, useTranslations } from 'next-intl'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { Amount } from '#app/_ui/amount.tsx'
import { Button } from '#app/_ui/button.tsx'
import { Card } from '#app/_ui/card.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import { receiverName } from '#lib/payouts/receiver-name.ts'
import type { BatchSum, Payout } from '#lib/services/ports.ts'
import { moneyText } from '#lib/words/money.ts'
import { RejectForm, ReviewForm } from './whole-forms.tsx'

/** What waits for approval: all of it as one set, some of it picked by hand, or all of it rejected. */
export function Waiting({
  id,
  sums,
  payouts,
  more,
}: {
  id: string
  sums: readonly BatchSum[]
  payouts: Payout[]
  more: boolean
}) {
  const [t, locale] = [useTranslations('batches'), useLocale()]
  return (
    <Card>
      <h2 className="mb-2 text-lg font-semibold tracking-tight">{t('approve.title')}</h2>
      <ul className="mb-2 space-y-1">
        {sums.map(({ count, amountMinor, currency }) => (
          <li key={currency}>
            {t('sum', { n: count, amount: moneyText(locale, displayAmount(amountMinor, currency)) })}
          </li>
        ))}
      </ul>
      <p className="mb-4 text-[0.9375rem] leading-6 text-ink-2">{t('approve.whole')}</p>
      <BrowserWords areas={['batches']}>
        <ReviewForm id={id} />
        <div className="mt-4 space-y-2 border-t border-line pt-4">
          {!more && <OneByOne payouts={payouts} />}
          <details>
            <summary className="min-h-8 cursor-pointer font-medium">{t('approve.rejectTitle')}</summary>
            <RejectForm id={id} />
          </details>
        </div>
      </BrowserWords>
    </Card>
  )
}

/** A set that is picked by hand: what is ticked goes to the page that approves sets. */
function OneByOne({ payouts }: { payouts: Payout[] }) {
  const t = useTranslations('batches.approve')
  return (
    <details>
      <summary className="min-h-8 cursor-pointer font-medium">{t('choose')}</summary>
      <p className="my-3 text-[0.9375rem] leading-6 text-ink-2">{t('text')}</p>
      <form method="get" action="/desk/approve">
        <ul className="mb-4 max-h-96 divide-y divide-line overflow-y-auto rounded-xl border border-line">
          {payouts.map(({ id, seq, receiver, amountMinor, currency }) => (
            <li key={id}>
              <label className="flex min-h-11 items-center gap-3 px-4">
                <input
                  type="checkbox"
                  name="p"
                  value={String(seq)}
                  defaultChecked
                  className="size-5 accent-accent"
                />
                <bdi className="min-w-0 flex-1 truncate">{receiverName(receiver)}</bdi>
                <Amount display={displayAmount(amountMinor, currency)} />
              </label>
            </li>
          ))}
        </ul>
        <Button>{t('button')}</Button>
      </form>
    </details>
  )
}
