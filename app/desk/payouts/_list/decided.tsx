import Link from 'next/link'
import { getTranslations } from 'next-intl/server'
import { StatusBadge } from '#app/_ui/badge.tsx'
import { Money } from '#app/_ui/amount.tsx'
import { TakeFocus } from '#app/_ui/take-focus.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { currentActor } from '#app/_server/session.ts'
import { displayAmount } from '#lib/payouts/money.ts'
import { payoutFor } from '#lib/services/payout/payout-for.ts'
import { payoutPath } from './list-address.ts'

/** After a decision that led on to the next payout: what became of the one before, with the way back to it. */
export async function Decided({ id, list }: { id: string; list: URLSearchParams | null }) {
  const [deps, actor, t] = await Promise.all([getDeps(), currentActor(), getTranslations('history')])
  const payout = await payoutFor(deps, actor, id)
  if (!payout) return null
  return (
    // A new key, because the one of the payout before stays on the page.
    <TakeFocus key={id} className="mb-6">
      <div
        role="status"
        className="flex flex-wrap items-center gap-x-3 rounded-xl bg-sunken px-4 py-3 text-[0.9375rem]"
      >
        <p>
          {t.rich('decided', {
            link: () => (
              <Link href={payoutPath(id, list)} prefetch={false} className="text-link">
                <Money display={displayAmount(payout.amountMinor, payout.currency)} />
              </Link>
            ),
          })}
        </p>
        <p className="flex items-center gap-2">
          {t('decidedNow')} <StatusBadge status={payout.status} />
        </p>
      </div>
    </TakeFocus>
  )
}
