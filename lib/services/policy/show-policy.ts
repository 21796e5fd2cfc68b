import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { policyDifference } from '#lib/payouts/policy-facts.ts'
import type { PolicyChange } from '#lib/payouts/policy-facts.ts'
import { firstPolicy } from '#lib/payouts/policy.ts'
import type { Policy } from '#lib/payouts/policy.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { isSamePerson } from '#lib/services/people/same-person.ts'
import type { Deps, PolicyVersion, Settings } from '#lib/services/ports.ts'
import { lackingApprovers } from './propose-policy.ts'
import { rehearse } from './rehearse-policy.ts'
import type { Rehearsal } from './rehearse-policy.ts'

/** How many versions the page shows; older ones are in the database. */
const versionsShown = 50

export type ShownProposal = PolicyVersion & {
  changes: PolicyChange[]
  /** What it would have done with the payouts of the last days. */
  rehearsal: Rehearsal
  /** Set when it asks for more people than may approve now. */
  lacking: { most: number; able: number } | null
  /** This person may confirm and reject it, or withdraw their own. */
  mayDecide: boolean
  mayWithdraw: boolean
}

export type ShownPolicy = {
  active: { version: number; body: Policy }
  /** The row of the version in force; null before anybody has set a policy. */
  inForce: PolicyVersion | null
  proposal: ShownProposal | null
  /** Newest first, each with what it changed against the version that was in force before it. */
  versions: (PolicyVersion & { changes: PolicyChange[] })[]
  settings: Settings
  mayPropose: boolean
}

/** The policy in force, the change that waits for a second administrator, and every version there was. */
export async function showPolicy(
  deps: Deps,
  actor: Actor,
): Promise<({ ok: true } & ShownPolicy) | Refusal<'forbidden'>> {
  if (!may(actor, 'policy.see')) return refuse('forbidden')
  const [active, waiting, versions, settings] = await Promise.all([
    deps.policy.active(),
    deps.policy.proposal(),
    deps.policy.versions(versionsShown),
    deps.settings.read(),
  ])
  return {
    ok: true,
    active,
    inForce: versions.find((version) => version.active) ?? null,
    proposal: waiting && (await proposalFor(deps, actor, waiting, active.body)),
    versions: withChanges(versions),
    settings,
    mayPropose: actor.kind === 'user' && may(actor, 'policy.manage') && !waiting,
  }
}

async function proposalFor(
  deps: Deps,
  actor: Actor,
  proposal: PolicyVersion,
  active: Policy,
): Promise<ShownProposal> {
  const manages = actor.kind === 'user' && may(actor, 'policy.manage')
  const own = actor.kind === 'user' && (await isSamePerson(deps, actor.id, proposal.proposedById))
  return {
    ...proposal,
    changes: policyDifference(active, proposal.body),
    rehearsal: await rehearse(deps, active, proposal.body),
    lacking: await lackingApprovers(deps, proposal.body),
    mayDecide: manages && !own,
    mayWithdraw: manages && own,
  }
}

/** Compared with the confirmed version before it, which was in force when it was proposed; null when that one is too old to be listed. */
function withChanges(versions: PolicyVersion[]): ShownPolicy['versions'] {
  const isCut = versions.length === versionsShown
  return versions.map((version) => {
    const before = versions.find((other) => other.version < version.version && other.decision === 'confirmed')
    const was = before?.body ?? (isCut ? version.body : firstPolicy)
    return { ...version, changes: policyDifference(was, version.body) }
  })
}
