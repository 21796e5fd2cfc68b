/**
 * Every expected "no", and its HTTP status. Its words are in the catalogue (lib/words/en/refusals.ts). If you add a code, the compiler
 * finds each gap.
 */

import type { InputProblem } from './input-problems.ts'
import type { RefusalDetail } from './refusal-details.ts'

export const refusalAnswers = {
  unauthorized: { http: 401 },
  forbidden: { http: 403 },
  own_request: { http: 403 },
  one_hand: { http: 403 },
  access_waits: { http: 409 },
  access_decided: { http: 409 },
  not_found: { http: 404 },
  invalid_request: { http: 400 },
  idempotency_key_required: { http: 400 },
  idempotency_key_reused: { http: 422 },
  form_reused: { http: 422 },
  receiver_mismatch: { http: 409 },
  stale: { http: 409 },
  wrong_status: { http: 409 },
  risk_changed: { http: 409 },
  same_person: { http: 403 },
  status_not_fresh: { http: 409 },
  cardzo_contradicts: { http: 409 },
  already_proposed: { http: 409 },
  note_fixed: { http: 409 },
  item_taken: { http: 409 },
  step_up_required: { http: 403 },
  wrong_code: { http: 403 },
  code_used: { http: 403 },
  factor_not_set_up: { http: 403 },
  attempt_over: { http: 410 },
  invitation_over: { http: 410 },
  wrong_password: { http: 403 },
  own_account: { http: 403 },
  approved_by_another: { http: 409 },
  approved_by_you: { http: 409 },
  role_needed: { http: 409 },
  content_changed: { http: 409 },
  approver_limit: { http: 409 },
  note_required: { http: 400 },
  not_undoable: { http: 409 },
  limit_exceeded: { http: 422 },
  insufficient_balance: { http: 409 },
  grant_reference_reused: { http: 422 },
  grant_file_wrong: { http: 422 },
  batch_wrong: { http: 409 },
  batch_twice: { http: 409 },
  batch_over: { http: 409 },
  batch_cancelled: { http: 409 },
  row_unreadable: { http: 409 },
  import_decided: { http: 409 },
  archive_off: { http: 409 },
  archive_missing: { http: 409 },
  archive_order: { http: 409 },
  archive_broken: { http: 409 },
  already_reversed: { http: 409 },
  not_available: { http: 409 },
  not_cooling_off: { http: 409 },
  proposal_waits: { http: 409 },
  proposal_decided: { http: 409 },
  nothing_differs: { http: 400 },
  settings_wait: { http: 409 },
  settings_decided: { http: 409 },
  settings_overtaken: { http: 409 },
  settings_same: { http: 400 },
  not_erasable: { http: 409 },
  too_few_approvers: { http: 409 },
  role_lacking: { http: 409 },
  amount_differs: { http: 409 },
  reason_required: { http: 400 },
  already_stopped: { http: 409 },
  stopped_it: { http: 403 },
  not_stopped: { http: 409 },
  not_asking_first: { http: 409 },
  payout_already_sent: { http: 409 },
  payout_final: { http: 409 },
  unsupported_media_type: { http: 415 },
  too_large: { http: 413 },
  rate_limited: { http: 429 },
  unavailable: { http: 503 },
  wrong_credentials: { http: 401 },
  link_used_up: { http: 410 },
  email_taken: { http: 409 },
  weak_password: { http: 400 },
} as const satisfies Record<string, { http: number }>

export type RefusalCode = keyof typeof refusalAnswers

/** Refusals that ask for a fresh code of the second factor. */
export const stepUpRefusals = [
  'step_up_required',
  'wrong_code',
  'code_used',
  'factor_not_set_up',
] as const satisfies readonly RefusalCode[]

/** Refusals because something is no longer what the person saw. */
export const changedRefusals: readonly RefusalCode[] = [
  'stale',
  'wrong_status',
  'risk_changed',
  'approved_by_another',
  'content_changed',
  'item_taken',
  'proposal_decided',
  'settings_decided',
  'settings_overtaken',
  'import_decided',
  'already_proposed',
]

export type { InputProblem } from './input-problems.ts'

export type Refusal<Code extends RefusalCode = RefusalCode> = {
  ok: false
  code: Code
  errors?: InputProblem[]
  /** A payout to link to: the first request of a reused form. */
  payoutId?: string
  detail?: RefusalDetail
}

export function refuse<Code extends RefusalCode>(
  code: Code,
  more: Pick<Refusal, 'errors' | 'payoutId' | 'detail'> = {},
): Refusal<Code> {
  return { ok: false, code, ...more }
}
