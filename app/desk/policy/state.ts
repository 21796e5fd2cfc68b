import type { PolicyChange } from '#lib/payouts/policy-facts.ts'
import type { Rehearsal } from '#lib/services/policy/rehearse-policy.ts'
import type { FormState } from '#app/_ui/form/form-state.ts'
import type { Draft } from './draft.ts'

/** What the form of the policy carries when it comes back. */
export type PolicyState = FormState<{
  draft: Draft
  /** The draft, tried on the past. */
  tried: { rehearsal: Rehearsal; changes: PolicyChange[] } | null
  /** The currency whose rows were changed: it stays unfolded. */
  touched: string | null
}>
