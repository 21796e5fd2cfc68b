/** A payout whose endpoint this worker can't use is not sent and not asked about, and never by another endpoint; all others go on. */
import type { Deps, EndpointTrouble, ItemDraft, Leased } from '#lib/services/ports.ts'
import { followDeadline } from './expire-payout.ts'
import type { Outcome } from './step.ts'

const lookAgainMs = 60_000

const why = {
  unknown:
    'This worker knows no such endpoint. Restart the workers; nothing is sent until one of them knows it.',
  unreadable:
    'Its key or control value is sealed under a key that DATA_KEYS does not hold. Nothing is sent until the key is back and the workers are restarted.',
  moved:
    'The environment variables now name another gateway or endpoint than the one that this payout is at. Set them back until nothing is on its way there, and add the other one on the desk.',
} as const satisfies Record<EndpointTrouble, string>

const missing = (endpointId: number, trouble: EndpointTrouble): ItemDraft => ({
  kind: 'endpoint_missing',
  severity: 'high',
  what: `This payout waits, because its endpoint (number ${endpointId}) can't be used`,
  why: why[trouble],
  said: trouble,
  data: { endpointId },
})

/** Null: its endpoint can be used. Otherwise nothing is asked anywhere, and only what nobody decided on in time ends. */
export async function waitWithoutEndpoint(deps: Deps, leased: Leased): Promise<Outcome | null> {
  const { payout } = leased
  const trouble = await deps.gateway.lacks(payout.endpointId)
  if (trouble === null) return null
  await deps.items.openFor(missing(payout.endpointId, trouble), payout)
  const later = {
    dueInMs: Math.max(lookAgainMs, deps.config.pollIntervalMs),
    facts: { progress: { ...payout.progress, withoutEndpoint: true as const } },
  }
  return payout.status === 'awaiting_approval' ? followDeadline(deps, leased, later) : later
}
