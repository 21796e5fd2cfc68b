import { currenciesPaid } from '#lib/services/endpoint/endpoint-book.ts'
import { createHash } from 'node:crypto'
import { readPolicy } from '#lib/contract/policy.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { policyDifference } from '#lib/payouts/policy-facts.ts'
import { mostApprovers, rulesWithRole } from '#lib/payouts/policy.ts'
import type { ApproverRole, Policy } from '#lib/payouts/policy.ts'
import { textProblem } from '#lib/payouts/reason.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { tidyProse } from '#lib/payouts/text.ts'
import { rolesOf } from '#lib/services/approval/left-to-approve.ts'
import type { Deps, PolicyVersion, Told } from '#lib/services/ports.ts'
import { refuseStepUp } from '#lib/services/sign-in/step-up.ts'
import type { StepUpRefusal } from '#lib/services/sign-in/step-up.ts'
import { wordsFor } from '#lib/words/words.ts'

const policyReasonMaxCharacters = 500

/**
 * An administrator proposes another policy. Nothing changes until another one confirms. `despiteFewApprovers` says that the proposer has
 * read that more people are asked for than there are.
 */
export async function proposePolicy(
  deps: Deps,
  actor: Actor,
  input: { policy: unknown; reason: string; code: string; despiteFewApprovers?: boolean },
): Promise<
  | { ok: true; proposal: PolicyVersion }
  | Refusal<
      | 'forbidden'
      | 'invalid_request'
      | 'proposal_waits'
      | 'nothing_differs'
      | 'too_few_approvers'
      | 'role_lacking'
      | StepUpRefusal
    >
> {
  if (actor.kind !== 'user' || !may(actor, 'policy.manage')) return refuse('forbidden')
  const currencies = await currenciesPaid(deps)
  const read = readPolicy(input.policy, currencies)
  const reason = tidyProse(input.reason)
  const unreasoned = textProblem('reason', reason, policyReasonMaxCharacters)
  if (!read.ok || unreasoned)
    return refuse('invalid_request', {
      errors: [...(read.ok ? [] : read.errors), ...(unreasoned ? [unreasoned] : [])],
    })
  if (await deps.policy.proposal()) return refuse('proposal_waits')
  const active = await deps.policy.active()
  const policy = withUnpaid(active.body, read.policy, currencies)
  if (policyDifference(active.body, policy).length === 0) return refuse('nothing_differs')
  const unmet = await lackingRole(deps, policy)
  if (unmet) return refuse('role_lacking', { detail: { code: 'roleLacking', ...unmet } })
  const lacking = await lackingApprovers(deps, policy)
  if (lacking && !input.despiteFewApprovers)
    return refuse('too_few_approvers', {
      detail: { code: 'approversLacking', asked: lacking.most, able: lacking.able },
    })
  const subject = `propose ${createHash('sha256').update(JSON.stringify(policy)).digest('hex')}`
  const unproven = await refuseStepUp(deps, actor, { kind: 'policy', subject }, input.code)
  if (unproven) return unproven
  const saved = await deps.policy.propose(policy, reason, actor, (made) => toldOfPolicy(deps, actor, made))
  return saved === 'already_proposed' ? refuse('proposal_waits') : { ok: true, proposal: saved }
}

/** Currencies that are not paid here at the moment keep what they have: nobody saw them in the form. */
export function withUnpaid(active: Policy, proposed: Policy, paid: readonly string[]): Policy {
  const unpaid = Object.entries(active.currencies).filter(([code]) => !paid.includes(code))
  return { ...proposed, currencies: { ...Object.fromEntries(unpaid), ...proposed.currencies } }
}

/** How many people the policy asks for at most, and how many may approve now; null when there are enough. */
export async function lackingApprovers(
  deps: Pick<Deps, 'people'>,
  policy: Policy,
): Promise<{ most: number; able: number } | null> {
  const users = await deps.people.listUsers()
  const approvers = users.filter(({ role, disabledAt }) => role === 'approver' && disabledAt === null)
  const people = new Set(approvers.map(({ personId }) => personId)).size
  const most = mostApprovers(policy)
  return people >= most ? null : { most, able: people }
}

/** The first rule whose role no approver has: nobody could ever approve what it is for. Null: each has somebody. */
async function lackingRole(
  deps: Pick<Deps, 'people'>,
  policy: Policy,
): Promise<{ rule: string; role: ApproverRole } | null> {
  const rules = rulesWithRole(policy)
  if (rules.length === 0) return null
  const users = await deps.people.listUsers()
  const approvers = users.filter(({ role, disabledAt }) => role === 'approver' && disabledAt === null)
  const had = new Set(approvers.flatMap(({ personId }) => rolesOf(users, personId)))
  const unmet = rules.find(({ role }) => !had.has(role))
  return unmet === undefined ? null : { rule: unmet.name, role: unmet.role }
}

/** A mail to every admin but the proposer, and an open item until it is decided. */
export function toldOfPolicy(deps: Pick<Deps, 'config'>, actor: Actor, proposal: PolicyVersion): Told {
  const { version, reason, proposedByName } = proposal
  return {
    mails: [
      {
        to: 'admins',
        ...(actor.kind === 'user' && { exceptUserId: actor.id }),
        dedupeKey: `policy:${version}`,
        write(locale) {
          const words = wordsFor(locale, 'mail')
          return {
            subject: words('proposed.policy.subject'),
            text: [
              words('hello'),
              words('proposed.policy.text', { by: proposedByName, version: String(version) }),
              words('reason', { reason }),
              `${words('proposed.decide')}\n${deps.config.appUrl}/desk/policy`,
            ].join('\n\n'),
          }
        },
      },
    ],
    item: {
      kind: 'proposal_waits',
      severity: 'warning',
      subject: `policy:${version}`,
      what: `${proposedByName} proposed a change of the policy`,
      why: `An admin who did not propose it confirms or rejects it: ${reason}`,
      data: { page: '/desk/policy' },
    },
  }
}
