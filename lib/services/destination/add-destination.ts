import { describeIssue } from '#lib/contract/describe-issue.ts'
import { issueWords } from '#lib/contract/issue-words.ts'
import { payoutRequestSchema } from '#lib/contract/payout.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { tidyLine } from '#lib/payouts/text.ts'
import { requestReceiver } from '#lib/services/payout/read-request.ts'
import { destinationProblems } from '#lib/services/payout/required-fields.ts'
import type { Deps } from '#lib/services/ports.ts'
import { tidyDestination } from './account-number.ts'
import { shownDestination } from './list-destinations.ts'
import type { ShownDestination } from './list-destinations.ts'
import { draftDestination, labelProblem } from './new-destination.ts'
import { mayManageOwn } from './own-destination.ts'

/** A placeholder: the real address comes with each request. */
const anyAddress = '0.0.0.0'

/** A receiver saves a destination in advance. One they already have is returned as it is. */
export async function addDestination(
  deps: Deps,
  actor: Actor,
  input: { label: string; destination: Record<string, string> },
): Promise<
  { ok: true; made: boolean; destination: ShownDestination } | Refusal<'forbidden' | 'invalid_request'>
> {
  if (!mayManageOwn(actor)) return refuse('forbidden')
  const receiver = await deps.people.findReceiver(actor.receiverId)
  if (!receiver) return refuse('forbidden')
  const given = Object.entries(input.destination).filter(([, value]) => value.trim() !== '')
  const parsed = payoutRequestSchema.shape.destination.safeParse(Object.fromEntries(given), {
    error: issueWords,
  })
  if (!parsed.success)
    return refuse('invalid_request', {
      errors: parsed.error.issues.flatMap(describeIssue).map((problem) => ({
        ...problem,
        path: `destination.${problem.path}`,
      })),
    })
  const { destination: fields, problems } = tidyDestination(parsed.data)
  const request = { receiver: requestReceiver(receiver), destination: fields }
  const label = tidyLine(input.label)
  const wrongLabel = label === '' ? null : labelProblem(label, fields)
  const errors = [
    ...problems,
    ...destinationProblems(deps.config, request, anyAddress),
    ...(wrongLabel ? [wrongLabel] : []),
  ]
  if (errors.length > 0) return refuse('invalid_request', { errors })
  const draft = await draftDestination(deps, actor, { receiver, fields, label })
  if (!draft)
    return refuse('invalid_request', {
      errors: [{ path: 'destination', said: { code: 'nothingToSave' } }],
    })
  const { made, destination } = await deps.destinations.save(draft, actor)
  return { ok: true, made, destination: shownDestination(destination) }
}
