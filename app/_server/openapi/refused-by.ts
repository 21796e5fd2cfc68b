/** Which problems each call of /api/v1 can answer with, held against the types of the verbs behind it. */
import type { createGrant } from '#lib/services/balance/create-grant.ts'
import type { listGrants, showBalancesOf, showGrant } from '#lib/services/balance/show-balances.ts'
import type {
  addDestinationFor,
  disableDestinationOf,
  listDestinationsOf,
  readDestinationOf,
} from '#lib/services/destination/destinations-by-api.ts'
import type { cancelBatch } from '#lib/services/batch/cancel-batch.ts'
import type { checkBatch } from '#lib/services/batch/check-batch.ts'
import type { listBatches, listBatchRows, showBatch } from '#lib/services/batch/show-batch.ts'
import type { submitBatch } from '#lib/services/batch/submit-batch.ts'
import type { authenticateApiKey } from '#lib/services/key/authenticate-api-key.ts'
import type { cancelPayout } from '#lib/services/payout/cancel-payout.ts'
import type { createPayout } from '#lib/services/payout/create-payout.ts'
import type { listPayouts } from '#lib/services/payout/list-payouts.ts'
import type { retryByApi } from '#lib/services/payout/retry-by-api.ts'
import type { showPayout } from '#lib/services/payout/show-payout.ts'
import type { listReceivers, readReceiver } from '#lib/services/receiver/list-receivers.ts'
import type { saveReceiver } from '#lib/services/receiver/save-receiver.ts'
import type { StepUpRefusal } from '#lib/services/sign-in/step-up.ts'
import type { listEvents } from '#lib/services/webhook/list-events.ts'
import type { BodyRead } from '#app/_server/body.ts'
import type { ProblemCode } from '#app/_server/problem.ts'

type RefusedBy<Verb extends (...input: never[]) => unknown> =
  Extract<Awaited<ReturnType<Verb>>, { ok: false }> extends { code: infer Code extends ProblemCode }
    ? Code
    : never
type Always =
  | RefusedBy<typeof authenticateApiKey>
  | 'rate_limited'
  | 'unavailable'
  | 'internal'
  | 'method_not_allowed'
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
  checkBatch: {
    ...always,
    invalid_request: true,
    forbidden: true,
    too_large: true,
    unsupported_media_type: true,
  } satisfies Record<Always | BodyRefused | RefusedBy<typeof checkBatch>, true>,
  batches: { ...always, invalid_request: true, forbidden: true } satisfies Record<
    Always | RefusedBy<typeof listBatches>,
    true
  >,
  batch: { ...always, not_found: true } satisfies Record<Always | RefusedBy<typeof showBatch>, true>,
  batchRows: { ...always, invalid_request: true, not_found: true } satisfies Record<
    Always | RefusedBy<typeof listBatchRows>,
    true
  >,
  submitBatch: {
    ...always,
    invalid_request: true,
    forbidden: true,
    not_found: true,
    batch_wrong: true,
    batch_twice: true,
    batch_over: true,
    batch_cancelled: true,
    too_large: true,
  } satisfies Record<
    Always | Exclude<BodyRefused, 'unsupported_media_type'> | RefusedBy<typeof submitBatch>,
    true
  >,
  cancelBatch: {
    ...always,
    invalid_request: true,
    forbidden: true,
    not_found: true,
    batch_over: true,
    too_large: true,
  } satisfies Record<
    Always | Exclude<BodyRefused, 'unsupported_media_type'> | RefusedBy<typeof cancelBatch>,
    true
  >,
  showGrant: { ...always, forbidden: true, not_found: true } satisfies Record<
    Always | RefusedBy<typeof showGrant>,
    true
  >,
  balances: { ...always, forbidden: true, not_found: true } satisfies Record<
    Always | RefusedBy<typeof showBalancesOf>,
    true
  >,
  retry: {
    ...always,
    invalid_request: true,
    idempotency_key_required: true,
    forbidden: true,
    not_found: true,
    wrong_status: true,
    cardzo_contradicts: true,
    status_not_fresh: true,
    receiver_mismatch: true,
    insufficient_balance: true,
    too_large: true,
    idempotency_key_reused: true,
    limit_exceeded: true,
  } satisfies Record<
    Always | Exclude<BodyRefused, 'unsupported_media_type'> | RefusedBy<typeof retryByApi>,
    true
  >,
  receivers: { ...always, invalid_request: true, forbidden: true } satisfies Record<
    Always | RefusedBy<typeof listReceivers>,
    true
  >,
  showReceiver: { ...always, forbidden: true, not_found: true } satisfies Record<
    Always | RefusedBy<typeof readReceiver>,
    true
  >,
  // Not found: an external id in the address that nobody can have.
  saveReceiver: {
    ...always,
    invalid_request: true,
    forbidden: true,
    not_found: true,
    receiver_mismatch: true,
    too_large: true,
    unsupported_media_type: true,
  } satisfies Record<Always | BodyRefused | 'not_found' | RefusedBy<typeof saveReceiver>, true>,
  destinations: { ...always, invalid_request: true, forbidden: true, not_found: true } satisfies Record<
    Always | RefusedBy<typeof listDestinationsOf>,
    true
  >,
  addDestination: {
    ...always,
    invalid_request: true,
    forbidden: true,
    not_found: true,
    too_large: true,
    unsupported_media_type: true,
  } satisfies Record<Always | BodyRefused | RefusedBy<typeof addDestinationFor>, true>,
  showDestination: { ...always, forbidden: true, not_found: true } satisfies Record<
    Always | RefusedBy<typeof readDestinationOf>,
    true
  >,
  disableDestination: {
    ...always,
    invalid_request: true,
    forbidden: true,
    not_found: true,
    too_large: true,
  } satisfies Record<
    Always | Exclude<BodyRefused, 'unsupported_media_type'> | RefusedBy<typeof disableDestinationOf>,
    true
  >,
  events: { ...always, invalid_request: true, forbidden: true } satisfies Record<
    Always | RefusedBy<typeof listEvents>,
    true
  >,
} as const

/** The problem codes that a call can answer. */
export const codesOf = (problems: object) => Object.keys(problems) as ProblemCode[]
