/** Idempotency keys of requests to the API. */
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps } from '#lib/services/ports.ts'

/** Is this the header of a request that needs one? */
export const isIdempotencyKey = (key: string | null): key is string =>
  key !== null && key.length >= 1 && key.length <= 255

/**
 * For what can be done once by itself, such as the retry of a payout, and only needs its key kept: the key names `subject` for good, and is
 * refused for another one. `run` must give the same answer when it is called again, because a crash may come before the key is noted. A
 * refusal uses no key up. Two subjects at the same moment under one key both go through, each once.
 */
export async function once<Answer extends { ok: boolean }>(
  deps: Pick<Deps, 'apiRequests'>,
  { act, key, subject }: { act: string; key: string | null; subject: string },
  run: () => Promise<Answer>,
): Promise<Answer | Refusal<'idempotency_key_required' | 'idempotency_key_reused'>> {
  if (!isIdempotencyKey(key)) return refuse('idempotency_key_required')
  const known = await deps.apiRequests.find(act, key)
  if (known !== null && known !== subject) return refuse('idempotency_key_reused')
  const answer = await run()
  if (answer.ok && known === null) await deps.apiRequests.note(act, key, subject)
  return answer
}
