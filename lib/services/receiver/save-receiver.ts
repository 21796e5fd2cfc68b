import { describeIssue } from '#lib/contract/describe-issue.ts'
import { issueWords } from '#lib/contract/issue-words.ts'
import { receiverSchema } from '#lib/contract/payout.ts'
import { readReceiverRequest } from '#lib/contract/receiver.ts'
import type { ReceiverView } from '#lib/contract/receiver.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { refuseMismatch } from '#lib/services/payout/receiver-mismatch.ts'
import type { Deps } from '#lib/services/ports.ts'
import { receiverView } from './list-receivers.ts'

/**
 * Another system names a receiver before there is a payout or grant. It may say who somebody is once, and their language at any time; other
 * names or another address than are known are refused as in a request for a payout. The same again changes nothing.
 */
export async function saveReceiver(
  deps: Deps,
  actor: Actor,
  input: { externalId: string; body: unknown },
): Promise<
  | { ok: true; made: boolean; receiver: ReceiverView }
  | Refusal<'forbidden' | 'invalid_request' | 'receiver_mismatch'>
> {
  if (!may(actor, 'receiver.write_by_api')) return refuse('forbidden')
  const named = receiverSchema.shape.externalId.safeParse(input.externalId, { error: issueWords })
  const read = readReceiverRequest(input.body)
  if (!named.success || !read.success)
    return refuse('invalid_request', {
      errors: [
        ...(named.error?.issues.flatMap(describeIssue) ?? []).map((problem) => ({
          ...problem,
          path: 'externalId',
        })),
        ...(read.error?.issues.flatMap(describeIssue) ?? []),
      ],
    })
  const { email = null, firstName = null, lastName = null, locale = null } = read.data
  const saved = await deps.receivers.save(
    { externalId: named.data, email, firstName, lastName, locale },
    actor,
  )
  if (saved.kind === 'receiver_mismatch')
    return refuseMismatch(deps, { ...read.data, externalId: named.data }, '')
  return { ok: true, made: saved.made, receiver: receiverView(saved.receiver) }
}
