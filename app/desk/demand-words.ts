import { approversText } from '#lib/payouts/policy-words.ts'
import type { Payout } from '#lib/services/ports.ts'

/**
 * Which rule asked for whom, one sentence each; why nobody was asked, when the policy approved it. Empty before it was judged. Payouts
 * that were judged before rules had names say why they were not approved automatically.
 */
export function demandWords({ policyNote }: Pick<Payout, 'policyNote'>): string[] {
  if (!policyNote) return []
  const { approved, why, demands = [] } = policyNote
  if (approved) return [`Nobody was asked: ${why.charAt(0).toLowerCase()}${why.slice(1)}`]
  if (demands.length === 0) return [why]
  return demands.map(
    ({ rule, approvers, why: because }) => `“${rule}” asks for ${approversText(approvers)}. ${because}`,
  )
}

/** "These are the rules of version 7." Empty before rules had versions. */
export const rulesVersionWords = ({ policyNote }: Pick<Payout, 'policyNote'>): string =>
  policyNote?.version === undefined
    ? ''
    : policyNote.version === 0
      ? 'Nobody had set rules when it was asked for.'
      : `By version ${policyNote.version} of the rules, which was in force when it was asked for.`
