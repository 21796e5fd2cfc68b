import { useTranslations } from 'next-intl'
import { Alert } from '#app/_ui/alert.tsx'
import { Money } from '#app/_ui/amount.tsx'
import { Age } from '#app/_ui/time.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import type { Cover } from '#lib/services/merchant-balance/cover-of.ts'

/** Beside the button that approves: the balance at Cardzo does not cover it, or nobody knows. Nothing where it does. */
export function BalanceCover({ covers }: { covers: readonly Cover[] }) {
  if (covers.length === 0) return null
  return (
    <div className="my-4 space-y-3">
      {covers.map((cover) => (
        <One key={`${cover.balance.endpointName} ${cover.balance.currency}`} cover={cover} />
      ))}
    </div>
  )
}

function One({ cover }: { cover: Cover }) {
  const t = useTranslations('atCardzo.cover')
  const { currency, askedAt, freeMinor } = cover.balance
  const money = (minor: bigint) => () => <Money display={displayAmount(minor, currency)} />
  const said = {
    age: () => <Age at={askedAt} />,
    free: money(freeMinor),
    amount: money(cover.amountMinor),
  }
  if (cover.kind === 'stale')
    return (
      <Alert tone="info" title={t('stale')}>
        <p>{t.rich('staleText', said)}</p>
      </Alert>
    )
  return (
    <Alert tone="warn" title={t('short')}>
      <p>
        {t.rich('shortText', { ...said, left: money(cover.leftMinor), missing: money(cover.missingMinor) })}
      </p>
      <p>{t('may')}</p>
    </Alert>
  )
}
