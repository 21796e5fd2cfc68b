import type { PolicyChange } from '#lib/payouts/policy-words.ts'
import type { Rehearsal } from '#lib/services/policy/rehearse-policy.ts'
import type { Draft } from './draft.ts'

/** What the form of the policy carries when it comes back. */
export type PolicyState = {
  draft: Draft
  message: string | null
  /** By input name. */
  problems: Record<string, string>
  /** The draft, tried on the past. */
  tried: { rehearsal: Rehearsal; changes: PolicyChange[] } | null
  /** Ask whether to propose it although there are too few approvers. */
  askDespite: boolean
  /** The currency whose rows were changed: it stays unfolded. */
  touched: string | null
}
