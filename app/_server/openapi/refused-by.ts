/** Which problems each call of /api/v1 can answer with, held against the types of the verbs behind it. */
import type { createGrant } from '#lib/services/balance/create-grant.ts'
import type { listGrants, showBalancesOf } from '#lib/services/balance/show-balances.ts'
import type { authenticateApiKey } from '#lib/services/key/authenticate-api-key.ts'
import type { cancelPayout } from '#lib/services/payout/cancel-payout.ts'
import type { createPayout } from '#lib/services/payout/create-payout.ts'
import type { listPayouts } from '#lib/services/payout/list-payouts.ts'
import type { showPayout } from '#lib/services/payout/show-payout.ts'
import type { StepUpRefusal } from '#lib/services/sign-in/step-up.ts'
import type { BodyRead } from '#app/_server/body.ts'
import type { ProblemCode } from '#app/_server/problem.ts'

type RefusedBy<Verb extends (...input: never[]) => unknown> =
  Extract<Awaited<ReturnType<Verb>>, { ok: false }> extends { code: infer Code extends ProblemCode }
    ? Code
    : never
type Always =
  RefusedBy<typeof authenticateApiKey> | 'rate_limited' | 'unavailable' | 'internal' | 'method_not_allowed'
type BodyRefused = Extract<BodyRead<unknown>, { ok: false }>['code']

const always = {
  unauthorized: true,
  method_not_allowed: true,
  rate_limited: true,
  internal: true,
  unavailable: true,
} as const satisfies Record<Always, true>

/** Total by type: a verb that learns a new refusal does not compile until it is described here. */
export const apiProblems = {
  create: {
    ...always,
    invalid_request: true,
    idempotency_key_required: true,
    forbidden: true,
    receiver_mismatch: true,
    too_large: true,
    unsupported_media_type: true,
    idempotency_key_reused: true,
    limit_exceeded: true,
    insufficient_balance: true,
  } satisfies Record<Always | BodyRefused | RefusedBy<typeof createPayout>, true>,
  list: { ...always, invalid_request: true, forbidden: true } satisfies Record<
    Always | RefusedBy<typeof listPayouts>,
    true
  >,
  show: { ...always, not_found: true } satisfies Record<Always | RefusedBy<typeof showPayout>, true>,
  cancel: {
    ...always,
    forbidden: true,
    not_found: true,
    payout_already_sent: true,
    payout_final: true,
    stale: true,
    invalid_request: true,
    too_large: true,
  } satisfies Record<
    Always | Exclude<BodyRefused, 'unsupported_media_type'> | RefusedBy<typeof cancelPayout>,
    true
  >,
  grant: {
    ...always,
    invalid_request: true,
    idempotency_key_required: true,
    forbidden: true,
    receiver_mismatch: true,
    too_large: true,
    unsupported_media_type: true,
    idempotency_key_reused: true,
    grant_reference_reused: true,
    // Systems have no second factor and are never asked for one.
  } satisfies Record<Always | BodyRefused | Exclude<RefusedBy<typeof createGrant>, StepUpRefusal>, true>,
  grants: { ...always, invalid_request: true, forbidden: true } satisfies Record<
    Always | 'invalid_request' | RefusedBy<typeof listGrants>,
    true
  >,
  balances: { ...always, forbidden: true, not_found: true } satisfies Record<
    Always | RefusedBy<typeof showBalancesOf>,
    true
  >,
} as const

/** The problem codes that a call can answer. */
export const codesOf = (problems: object) => Object.keys(problems) as ProblemCode[]
