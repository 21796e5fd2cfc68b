/** A clerk corrects what is known of a receiver: audited, confirmed with a code, and both addresses are told. */
import { randomUUID } from 'node:crypto'
import { describeIssue } from '#lib/contract/describe-issue.ts'
import { issueWords } from '#lib/contract/issue-words.ts'
import { payoutRequestSchema } from '#lib/contract/payout.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { reasonMaxCharacters, textProblem } from '#lib/payouts/reason.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { InputProblem, Refusal } from '#lib/payouts/refusals.ts'
import { tidyEmail, tidyLine, tidyProse } from '#lib/payouts/text.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import type { Deps, MailDraft, Receiver } from '#lib/services/ports.ts'
import { languageOf } from '#lib/services/message/mails.ts'
import { wordsFor } from '#lib/words/words.ts'
import { refuseStepUp } from '#lib/services/sign-in/step-up.ts'
import type { StepUpRefusal } from '#lib/services/sign-in/step-up.ts'

/** For the form that changes it. */
export async function showReceiver(
  deps: Deps,
  actor: Actor,
  input: { id: string },
): Promise<{ ok: true; receiver: Receiver } | Refusal<'forbidden' | 'not_found'>> {
  if (!may(actor, 'receiver.change')) return refuse('forbidden')
  const receiver = isUuid(input.id) ? await deps.people.findReceiver(input.id) : null
  return receiver ? { ok: true, receiver } : refuse('not_found')
}

type Data = { email: string; firstName: string; lastName: string }

/**
 * Empty texts mean unknown. `seen` is what the form showed, so that nobody overwrites another's change. Payouts that were asked for
 * keep the names they had; approvers' open pages say that the receiver has changed. For some time the person who changed it may not
 * decide on payouts to this receiver, with any of their accounts.
 */
export async function changeReceiver(
  deps: Deps,
  actor: Actor,
  input: { id: string; seen: Data; to: Data; reason: string; code: string },
): Promise<
  | { ok: true; receiver: Receiver }
  | Refusal<'forbidden' | 'not_found' | 'stale' | 'invalid_request' | 'reason_required' | StepUpRefusal>
> {
  if (!may(actor, 'receiver.change')) return refuse('forbidden')
  const known = isUuid(input.id) ? await deps.people.findReceiver(input.id) : null
  if (!known) return refuse('not_found')
  if (!isSame(orNull(input.seen), known)) return refuse('stale')
  const reason = tidyProse(input.reason)
  const { to, errors } = read(input.to)
  const wrongReason = textProblem('reason', reason, reasonMaxCharacters)
  if (wrongReason) errors.push(wrongReason)
  if (isSame(to, known)) errors.push({ path: 'email', message: 'Nothing differs from what is known.' })
  if (errors.length > 0) return refuse('invalid_request', { errors })
  const unproven = await refuseStepUp(
    deps,
    actor,
    { kind: 'receiver', subject: `change ${known.id}` },
    input.code,
  )
  if (unproven) return unproven
  const saved = await deps.people.changeReceiver(known, to, actor, reason, noticesOf(known, to))
  if (saved === 'stale') return refuse('stale')
  if (saved === 'has_account')
    return refuse('invalid_request', {
      errors: [
        {
          path: 'email',
          message:
            'The receiver signs in with this address. The operator changes it together with the account.',
        },
      ],
    })
  return { ok: true, receiver: saved }
}

type Known = Pick<Receiver, 'email' | 'firstName' | 'lastName'>

const orNull = ({ email, firstName, lastName }: Data): Known => ({
  email: email === '' ? null : email,
  firstName: firstName === '' ? null : firstName,
  lastName: lastName === '' ? null : lastName,
})

const isSame = (one: Known, other: Known) =>
  one.email === other.email && one.firstName === other.firstName && one.lastName === other.lastName

/** Reads the data like a request, which may carry the same: what is kept, and what is wrong with it. */
function read({ email, firstName, lastName }: Data): { to: Known; errors: InputProblem[] } {
  const typed = { email: tidyEmail(email), firstName: tidyLine(firstName), lastName: tidyLine(lastName) }
  const to = orNull(typed)
  const said = {
    externalId: 'x',
    ...(to.email !== null && { email: to.email }),
    ...(to.firstName !== null && { firstName: to.firstName }),
    ...(to.lastName !== null && { lastName: to.lastName }),
  }
  const result = payoutRequestSchema.shape.receiver.safeParse(said, { error: issueWords })
  return { to, errors: result.success ? [] : result.error.issues.flatMap(describeIssue) }
}

/** Tells both addresses: the old one may be the only one that is right. */
function noticesOf(was: Known & Pick<Receiver, 'locale'>, to: Known): MailDraft[] {
  if (was.email === to.email) return []
  const change = randomUUID()
  const locale = languageOf(was)
  const words = wordsFor(locale, 'mail')
  return [was.email, to.email]
    .filter((address) => address !== null)
    .map((address) => ({
      to: address,
      dedupeKey: `receiver:${change}:${address}`,
      locale,
      subject: words('addressChanged.subject'),
      text: [words('hello'), words('addressChanged.text'), words('addressChanged.notRight')].join('\n\n'),
    }))
}
