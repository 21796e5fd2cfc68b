import { fieldsAsked } from '#lib/services/endpoint/endpoint-book.ts'
import { describeIssue } from '#lib/contract/describe-issue.ts'
import { issueWords } from '#lib/contract/issue-words.ts'
import { payoutRequestSchema } from '#lib/contract/payout.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { InputProblem, Refusal } from '#lib/payouts/refusals.ts'
import { tidyLine } from '#lib/payouts/text.ts'
import { requestReceiver } from '#lib/services/payout/read-request.ts'
import { destinationProblems } from '#lib/services/payout/required-fields.ts'
import type { Deps, Destination, Receiver } from '#lib/services/ports.ts'
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
  const saved = await saveNew(deps, actor, receiver, { fields: parsed.data, label: tidyLine(input.label) })
  return saved.ok ? { ...saved, destination: shownDestination(saved.destination) } : saved
}

/** Checks a well-formed destination of this receiver as this installation asks, and saves it. Without a label it gets the usual one. */
export async function saveNew(
  deps: Deps,
  actor: Actor,
  receiver: Receiver,
  given: { fields: Record<string, string>; label: string },
): Promise<{ ok: true; made: boolean; destination: Destination } | Refusal<'invalid_request'>> {
  const { fields, errors } = judgeDestination(await fieldsAsked(deps), receiver, given)
  if (errors.length > 0) return refuse('invalid_request', { errors })
  const { label } = given
  const draft = await draftDestination(deps, actor, { receiver, fields, label })
  if (!draft)
    return refuse('invalid_request', {
      errors: [{ path: 'destination', said: { code: 'nothingToSave' } }],
    })
  return { ok: true, ...(await deps.destinations.save(draft, actor)) }
}

/** A well-formed destination as it is kept, and what is wrong with it here. `asked`: the fields that this installation asks for. */
export function judgeDestination(
  asked: Awaited<ReturnType<typeof fieldsAsked>>,
  receiver: Receiver,
  given: { fields: Record<string, string>; label: string },
): { fields: Record<string, string>; errors: InputProblem[] } {
  const { destination: fields, problems } = tidyDestination(given.fields)
  const { label } = given
  const request = { receiver: requestReceiver(receiver), destination: fields }
  const wrongLabel = label === '' ? null : labelProblem(label, fields)
  const rules = { requiredFields: asked.always, allowedFields: asked.fields }
  const errors = [
    ...problems,
    ...destinationProblems(rules, request, anyAddress),
    ...(wrongLabel ? [wrongLabel] : []),
  ]
  return { fields, errors }
}
