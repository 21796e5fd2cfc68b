import { Alert } from '#app/_ui/alert.tsx'
import { Icon } from '#app/_ui/icons.tsx'
import type { HistoryProof } from '#lib/services/ports.ts'

/** Are this payout's events unchanged? Computed for this page. */
export function Proof({ proof }: { proof: HistoryProof }) {
  if (proof.firstBroken)
    return (
      <div className="mb-6">
        <Alert tone="bad" title="The history of this payout has been tampered with">
          <p>
            <bdi>{proof.firstBroken.why}</bdi>
          </p>
          <p className="mt-1 text-sm">
            Do not base decisions on this timeline. The operator of the portal finds the next steps in
            docs/history.md.
          </p>
        </Alert>
      </div>
    )
  return (
    <p className="mt-3 flex items-center gap-2 text-sm text-ink-2">
      <Icon name="check" className="size-4 text-good" />
      <span>
        History verified: {proof.events} <span>{proof.events === 1 ? 'event' : 'events'}</span>
      </span>
    </p>
  )
}
