/** Turns Cardzo's words into ours; nothing else does. */
import type { GatewayVerdict } from '#lib/services/ports.ts'

const knownStatuses = [
  'approved',
  'declined',
  'error',
  'filtered',
  'processing',
  'unknown',
  'chain_declined',
] as const
type KnownStatus = (typeof knownStatuses)[number]

const isKnown = (status: string): status is KnownStatus =>
  (knownStatuses as readonly string[]).includes(status)

/** The status decides the end, stage and redirect the next step. Both in lower case. `unlistedWord`: one that no list has. */
export function verdictOf(
  status: string,
  stage: string | null,
  hasRedirect: boolean,
): { verdict: GatewayVerdict; unlistedWord: string | null } {
  if (!isKnown(status)) return { verdict: 'inconclusive', unlistedWord: status }
  switch (status) {
    case 'approved':
    case 'declined':
    case 'filtered':
    case 'error':
    case 'unknown':
      return { verdict: status, unlistedWord: null }
    case 'chain_declined':
      return { verdict: 'inconclusive', unlistedWord: null }
    case 'processing':
      return processingVerdict(stage, hasRedirect)
  }
}

function processingVerdict(
  stage: string | null,
  hasRedirect: boolean,
): { verdict: GatewayVerdict; unlistedWord: string | null } {
  if (hasRedirect) return { verdict: 'beyond', unlistedWord: null }
  if (stage === 'payout_check_validating') return { verdict: 'validating', unlistedWord: null }
  if (stage === 'payout_check_validated') return { verdict: 'validated', unlistedWord: null }
  // A missing stage says nothing, and another stage of payout-check doesn't prove that payout-pay arrived.
  if (stage === null) return { verdict: 'inconclusive', unlistedWord: null }
  if (stage.startsWith('payout_check_')) return { verdict: 'inconclusive', unlistedWord: stage }
  return { verdict: 'beyond', unlistedWord: null }
}
