/** Changes of who may do what: a row each, so that nobody gains a right, or an approver, alone. Triggers refuse the rest. */
import { randomUUID } from 'node:crypto'
import { voidAllOf } from '#lib/db/approval/approval-store.ts'
import { writeAudit } from '#lib/db/audit/audit.ts'
import { actorColumns } from '#lib/db/engine/actor-columns.ts'
import { isRefusedWith } from '#lib/db/engine/away.ts'
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import type { StoreHooks } from '#lib/db/engine/store-hooks.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { insertApiKey } from '#lib/db/key/api-key-store.ts'
import { insertMails } from '#lib/db/message/mail-store.ts'
import { closeOpenItem, openItem, toJson } from '#lib/db/payout/payout-changes.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import type { AccessAct } from '#lib/payouts/access.ts'
import { apiScopes } from '#lib/payouts/permissions.ts'
import type { Actor, Role } from '#lib/payouts/permissions.ts'
import type { AccessChange, AccessDecision, AccessStore } from '#lib/services/ports.ts'
import { keepTarget } from '#lib/db/webhook/keep-target.ts'
import { insertUser } from './people-store.ts'
import { endAccess } from './user-rows.ts'

type ProposalStore = Pick<AccessStore, 'propose' | 'proposals' | 'decide' | 'elapsed' | 'hands' | 'oneHand'>
type Row = Prisma.AccessChangeGetPayload<object>

/** PostgreSQL's unique_violation. */
const uniqueViolation = '23505'

export function createProposalStore(prisma: PrismaClient, hooks: StoreHooks, vault: Vault): ProposalStore {
  return {
    propose: (draft, actor, tell, key) =>
      prisma.$transaction(async (tx) => {
        const { kind, ...what } = draft.act
        const [row] = await tx.accessChange.createManyAndReturn({
          data: {
            id: draft.id,
            kind,
            subjectId: draft.subjectId,
            what: toJson(what),
            proposedById: actor.id,
            proposedByName: actor.name,
            openKey: openKeyOf(draft),
          },
          skipDuplicates: true,
        })
        if (!row) return 'already_proposed' as const
        if (key) await insertApiKey(tx, key, actor, { usable: false })
        const made = toChange(row)
        await writeAudit(tx, 'access_proposed', actor, draft.subjectId, {
          proposal: row.id,
          kind,
          ...unsealed(what),
        })
        const { mails, item } = tell(made)
        if (item) await openItem(tx, item, null)
        const mailIds = await insertMails(tx, mails, null, vault)
        if (mailIds.length > 0) await hooks.enqueueMail(tx, mailIds)
        return made
      }),

    async proposals() {
      const rows = await prisma.accessChange.findMany({
        where: { decision: null },
        orderBy: [{ proposedAt: 'asc' }, { id: 'asc' }],
      })
      return rows.map(toChange)
    },

    async decide(id, decision, actor, reason) {
      try {
        return await prisma.$transaction((tx) => decide(tx, vault, id, decision, actor, reason))
      } catch (error) {
        // Somebody has taken the invited address since.
        const taken = error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002'
        if (taken || isRefusedWith(error, uniqueViolation)) return 'overtaken'
        throw error
      }
    },

    async elapsed(limit) {
      const due = await prisma.$queryRaw<{ id: string }[]>`
        SELECT c.id FROM access_change c JOIN app_user u ON u.id = c.proposed_by_id
        WHERE c.decision IS NULL AND c.due_at <= clock_timestamp() AND u.role = 'admin' AND u.disabled_at IS NULL
        ORDER BY c.due_at LIMIT ${limit}`
      const rows = await prisma.accessChange.findMany({ where: { id: { in: due.map(({ id }) => id) } } })
      return rows.map(toChange)
    },

    hands: () => prisma.$queryRaw<{ personId: string; byPersonId: string }[]>`
      SELECT DISTINCT node AS "personId", by_person AS "byPersonId" FROM hand_edge()`,

    async oneHand(userId) {
      const rows = await prisma.$queryRaw<{ personId: string }[]>`
        SELECT one_hand(person_id) AS "personId" FROM app_user WHERE id = ${userId}::uuid`
      return rows.map(({ personId }) => personId)
    },
  }
}

/** Proposing the same twice makes one proposal. */
const openKeyOf = ({ subjectId, act }: { subjectId: string; act: AccessAct }) =>
  act.kind === 'invite' ? `invite:${act.email}` : `${act.kind}:${subjectId}`

async function decide(
  tx: Transaction,
  vault: Vault,
  id: string,
  decision: AccessDecision,
  actor: Actor,
  reason: string,
): Promise<{ change: AccessChange; voided: string[] } | 'stale' | 'one_hand'> {
  const { actorId, actorName } = actorColumns(actor)
  const decidedById = actor.kind === 'user' ? actorId : null
  const [waiting] = await tx.$queryRaw<{ oneHand: boolean; isDue: boolean }[]>`
    SELECT c.due_at <= clock_timestamp() AND EXISTS (
        SELECT 1 FROM app_user a WHERE a.id = c.proposed_by_id AND a.role = 'admin' AND a.disabled_at IS NULL) AS "isDue",
      EXISTS (
      SELECT 1 FROM app_user a JOIN app_user b ON b.id = ${decidedById}::uuid
      WHERE a.id = c.proposed_by_id AND b.person_id IN (SELECT one_hand(a.person_id))) AS "oneHand"
    FROM access_change c WHERE c.id = ${id}::uuid AND c.decision IS NULL FOR UPDATE OF c`
  if (!waiting) return 'stale'
  if (decision === 'confirmed' && waiting.oneHand) return 'one_hand'
  // Another proposal, carried out a moment ago, may have ended the role of who proposed this one.
  if (decision === 'elapsed' && !waiting.isDue) return 'stale'
  await tx.$executeRaw`
    UPDATE access_change SET decision = ${decision}, decided_by_id = ${decidedById}::uuid, decided_by_name = ${actorName},
      decided_at = clock_timestamp(), open_key = NULL
    WHERE id = ${id}::uuid`
  const change = toChange(await tx.accessChange.findUniqueOrThrow({ where: { id } }))
  const isYes = decision === 'confirmed' || decision === 'elapsed'
  const voided = isYes ? await apply(tx, vault, change, reason, actor) : []
  if (!isYes && change.act.kind === 'key')
    await tx.$executeRaw`
      UPDATE api_key SET revoked_at = now() WHERE id = ${change.subjectId}::uuid AND revoked_at IS NULL`
  await closeOpenItem(tx, `proposal_waits:access:${id}`, `It was ${wordOf[decision]}.`)
  await writeAudit(tx, `access_${decision}`, actor, change.subjectId, {
    proposal: id,
    ...unsealed(change.act),
  })
  return { change, voided }
}

/** Without what is sealed: the audit trail says what people saw. */
const unsealed = (what: object) =>
  Object.fromEntries(Object.entries(what).filter(([name]) => name !== 'addressSealed'))

const wordOf = {
  confirmed: 'confirmed',
  declined: 'declined',
  withdrawn: 'withdrawn',
  elapsed: 'carried out after its time',
} as const satisfies Record<AccessDecision, string>

/** The payouts whose approvals no longer count, by id. */
async function apply(
  tx: Transaction,
  vault: Vault,
  { subjectId, act }: AccessChange,
  reason: string,
  actor: Actor,
): Promise<string[]> {
  switch (act.kind) {
    case 'invite': {
      const { email, name, role } = act
      await insertUser(
        tx,
        vault,
        { id: subjectId, email, name, role, passwordHash: null, totpSecret: null },
        actor,
      )
      return []
    }
    case 'role':
      return giveRole(tx, subjectId, act.role, reason, actor)
    case 'reset_factor':
      await takeFactor(tx, subjectId, actor)
      return []
    case 'person':
      return joinPerson(tx, subjectId, act.sameAs, reason, actor)
    case 'key':
      await tx.$executeRaw`UPDATE api_key SET usable_from = now() WHERE id = ${subjectId}::uuid AND usable_from IS NULL`
      return []
    case 'webhook':
      await keepTarget(tx, subjectId, act, actor)
      return []
    case 'link':
      throw new Error('Bug: a link is never proposed')
  }
}

/** Sessions end; an approver who becomes something else loses what they have approved. */
export async function giveRole(
  tx: Transaction,
  userId: string,
  role: Role,
  reason: string,
  actor: Actor,
): Promise<string[]> {
  const { role: before } = await tx.user.findUniqueOrThrow({ where: { id: userId }, select: { role: true } })
  await tx.user.update({ where: { id: userId }, data: { role } })
  await endAccess(tx, userId)
  const payouts = before === 'approver' && role !== 'approver' ? await voidAllOf(tx, userId, reason) : []
  await writeAudit(tx, 'role_changed', actor, userId, { from: before, to: role, approvalsVoided: payouts })
  return payouts
}

export async function joinPerson(
  tx: Transaction,
  userId: string,
  sameAs: string | null,
  reason: string,
  actor: Actor,
): Promise<string[]> {
  await tx.$executeRaw`
    UPDATE app_user SET person_id = coalesce(
      (SELECT person_id FROM app_user WHERE id = ${sameAs}::uuid), gen_random_uuid())
    WHERE id = ${userId}::uuid`
  // An approval names the person it came from: under another one it would count beside their own.
  const payouts = await voidAllOf(tx, userId, reason)
  await writeAudit(tx, 'person_set', actor, userId, { sameAs, approvalsVoided: payouts })
  return payouts
}

/** Both go: otherwise anybody who knows the password could set up the next factor. */
export async function takeFactor(tx: Transaction, userId: string, actor: Actor): Promise<void> {
  await tx.user.update({
    where: { id: userId },
    data: { totpSecret: null, totpLastStep: null, passwordHash: null },
  })
  await keepRecoveryCodes(tx, userId, [])
  await endAccess(tx, userId)
  await writeAudit(tx, 'factor_reset', actor, userId, {})
}

/** The old ones stop counting. */
export async function keepRecoveryCodes(tx: Transaction, userId: string, hashes: string[]): Promise<void> {
  await tx.$executeRaw`UPDATE recovery_code SET used_at = now() WHERE user_id = ${userId}::uuid AND used_at IS NULL`
  await tx.recoveryCode.createMany({
    data: hashes.map((codeHash) => ({ id: randomUUID(), userId, codeHash })),
  })
}

/** Written by this room alone, through the port's types. */
function toChange(row: Row): AccessChange {
  const act = { kind: row.kind, ...(row.what as object) } as AccessAct
  return {
    id: row.id,
    subjectId: row.subjectId,
    // Scopes that this version does not know give no right.
    act: act.kind === 'key' ? { ...act, scopes: apiScopes.filter((one) => act.scopes.includes(one)) } : act,
    proposedById: row.proposedById,
    proposedByName: row.proposedByName,
    proposedAt: row.proposedAt,
    dueAt: row.dueAt,
    decision: row.decision as AccessChange['decision'],
  }
}
