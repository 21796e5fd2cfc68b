import { useTranslations } from 'next-intl'
import { Alert } from '#app/_ui/alert.tsx'
import { Fold } from '#app/_ui/fold.tsx'
import { Icon } from '#app/_ui/icons.tsx'
import type { HistoryProof, PayoutArchived } from '#lib/services/ports.ts'

/** Are this payout's events unchanged? Computed for this page. `archived`: what of them is in files. */
export function Proof({ proof, archived = null }: { proof: HistoryProof; archived?: PayoutArchived | null }) {
  const t = useTranslations('payout.proof')
  if (proof.firstBroken)
    return (
      <div className="mb-6">
        <Alert tone="bad" title={t('broken')}>
          <p>{t('brokenText')}</p>
          <Fold title={t('details')} quiet>
            <p lang="en" className="text-sm">
              <bdi>{proof.firstBroken.why}</bdi>
            </p>
          </Fold>
        </Alert>
      </div>
    )
  return (
    <>
      <p className="mt-3 flex items-center gap-2 text-sm text-ink-2">
        <Icon name="check" className="size-4 text-good" />
        <span>{t('verified', { n: proof.events })}</span>
      </p>
      {archived && (
        <p className="mt-1 text-sm text-ink-2">
          {t('archived', {
            n: archived.events,
            months: archived.months.map(({ month }) => month).join(', '),
          })}
        </p>
      )}
    </>
  )
}
