import { useTranslations } from 'next-intl'
import { Money } from '#app/_ui/amount.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import { receiverName } from '#lib/payouts/receiver-name.ts'
import type { Payout } from '#lib/services/ports.ts'

type Named = Pick<Payout, 'amountMinor' | 'currency' | 'receiver'>

/** "1,250.00 EUR to Ada Nowak": how people know a payout. */
export function PayoutName({ payout }: { payout: Named }) {
  const t = useTranslations('desk')
  return (
    <span>
      {t.rich('payout', {
        amount: () => <Money display={displayAmount(payout.amountMinor, payout.currency)} />,
        name: () => <bdi>{receiverName(payout.receiver)}</bdi>,
      })}
    </span>
  )
}
