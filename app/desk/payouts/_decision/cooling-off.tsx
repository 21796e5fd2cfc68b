import { getTranslations } from 'next-intl/server'
import Link from 'next/link'
import { Alert } from '#app/_ui/alert.tsx'
import { Time } from '#app/_ui/time.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { shown } from '#app/_server/shown.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { isFrozenUntil } from '#lib/payouts/freeze.ts'
import { showCoolingOff } from '#lib/services/destination/show-cooling-off.ts'
import { waitsOf } from '#lib/services/payout/show-status.ts'
import type { Payout } from '#lib/services/ports.ts'

/** While its destination is cooling off: until when, and what ends it sooner. */
export async function CoolingOff({ payout, actor }: { payout: Payout; actor: Actor }) {
  const { coolingOffUntil } = waitsOf(payout)
  if (coolingOffUntil === null || payout.destinationId === null) return null
  const { destination } = shown(await showCoolingOff(await getDeps(), actor, payout.destinationId))
  const [t, refusal] = await Promise.all([
    getTranslations('payout.coolingOff'),
    getTranslations('newAccounts.refusal'),
  ])
  return (
    <Alert tone="info" title={t('title')}>
      <p>
        {isFrozenUntil(coolingOffUntil)
          ? t('frozen')
          : t.rich('text', { at: () => <Time at={coolingOffUntil} /> })}
      </p>
      {destination?.refusal === null ? (
        <Link
          href={`/desk/destinations/${destination.id}`}
          prefetch={false}
          className="text-link mt-1 inline-flex min-h-8 items-center"
        >
          {t('release')}
        </Link>
      ) : (
        destination && <p className="mt-1">{refusal(destination.refusal)}</p>
      )}
    </Alert>
  )
}
