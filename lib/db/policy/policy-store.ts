/** The merchant's policy, every version of it. Unique keys keep one active and one waiting; a trigger asks for two people. */
import { writeAudit } from '#lib/db/audit/audit.ts'
import { actorColumns } from '#lib/db/engine/actor-columns.ts'
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import type { StoreHooks } from '#lib/db/engine/store-hooks.ts'
import type { Prisma } from '#lib/db/generated/client.ts'
import { insertMails } from '#lib/db/message/mail-store.ts'
import { openItem, toJson } from '#lib/db/payout/payout-changes.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { firstPolicy, plainCurrency } from '#lib/payouts/policy.ts'
import type { Policy } from '#lib/payouts/policy.ts'
import type { PolicyStore, PolicyVersion } from '#lib/services/ports.ts'
import { createPastStore } from './policy-past.ts'

export function createPolicyStore(prisma: PrismaClient, hooks: StoreHooks, vault: Vault): PolicyStore {
  return {
    ...createPastStore(prisma),

    async active() {
      const row = await prisma.policyVersion.findUnique({ where: { activeKey: 'active' } })
      return row ? { version: row.version, body: policyOf(row.body) } : { version: 0, body: firstPolicy }
    },

    async find(version) {
      if (version === 0) return firstPolicy
      const row = await prisma.policyVersion.findUnique({ where: { version } })
      return row && policyOf(row.body)
    },

    async versions(limit) {
      const rows = await prisma.policyVersion.findMany({ orderBy: { version: 'desc' }, take: limit })
      return rows.map(toVersion)
    },

    async proposal() {
      const row = await prisma.policyVersion.findUnique({ where: { openKey: 'proposal' } })
      return row && toVersion(row)
    },

    set: (body, reason, actor) =>
      prisma.$transaction(async (tx) => {
        const { actorId, actorName } = actorColumns(actor)
        await tx.policyVersion.updateMany({ where: { activeKey: 'active' }, data: { activeKey: null } })
        const row = await tx.policyVersion.create({
          data: {
            body: toJson(body),
            reason,
            // Nobody proposes here: the operator sets it, before there are admins.
            proposedByName: actorName,
            decidedById: actorId,
            decidedByName: actorName,
            decidedAt: new Date(),
            decision: 'confirmed',
            activeKey: 'active',
          },
        })
        await writeAudit(tx, 'policy_set', actor, String(row.version), { reason })
        return toVersion(row)
      }),

    propose: (body, reason, actor, tell) =>
      prisma.$transaction(async (tx) => {
        const { actorId, actorName } = actorColumns(actor)
        const [row] = await tx.policyVersion.createManyAndReturn({
          data: {
            body: toJson(body),
            reason,
            proposedById: actor.kind === 'user' ? actorId : null,
            proposedByName: actorName,
            openKey: 'proposal',
          },
          skipDuplicates: true,
        })
        if (!row) return 'already_proposed' as const
        await writeAudit(tx, 'policy_proposed', actor, String(row.version), { reason })
        const { mails, item } = tell(toVersion(row))
        if (item) await openItem(tx, item, null)
        const mailIds = await insertMails(tx, mails, null, vault)
        if (mailIds.length > 0) await hooks.enqueueMail(tx, mailIds)
        return toVersion(row)
      }),

    decide: (version, decision, actor) => prisma.$transaction((tx) => decide(tx, version, decision, actor)),
  }
}

async function decide(
  tx: Transaction,
  version: number,
  decision: 'confirmed' | 'rejected' | 'withdrawn',
  actor: Actor,
): Promise<PolicyVersion | 'stale' | 'same_person'> {
  const { actorId, actorName } = actorColumns(actor)
  const [waiting] = await tx.$queryRaw<{ samePerson: boolean }[]>`
    SELECT EXISTS (
      SELECT 1 FROM app_user a JOIN app_user b ON b.id = ${actorId}::uuid
      WHERE a.id = v.proposed_by_id AND b.person_id IN (SELECT one_hand(a.person_id))) AS "samePerson"
    FROM policy_version v WHERE version = ${version} AND open_key = 'proposal' FOR UPDATE OF v`
  if (!waiting) return 'stale'
  if (decision === 'confirmed' && waiting.samePerson) return 'same_person'
  if (decision === 'confirmed')
    await tx.policyVersion.updateMany({ where: { activeKey: 'active' }, data: { activeKey: null } })
  const row = await tx.policyVersion.update({
    where: { version },
    data: {
      decision,
      decidedById: actorId,
      decidedByName: actorName,
      decidedAt: new Date(),
      openKey: null,
      ...(decision === 'confirmed' && { activeKey: 'active' }),
    },
  })
  await tx.openItem.updateMany({
    // An item of an older release has the policy's old name.
    where: { openKey: { in: [`proposal_waits:policy:${version}`, `proposal_waits:rules:${version}`] } },
    data: { closedAt: new Date(), closeReason: `It was ${decision}.`, openKey: null },
  })
  await writeAudit(tx, `policy_${decision}`, actor, String(version), {})
  return toVersion(row)
}

/** Only this store writes it, through the port's types; a version from before a field existed gets what it meant then. */
export function policyOf(body: unknown): Policy {
  const { currencies, risk } = body as Partial<Policy>
  const complete = Object.entries(currencies ?? {}).map(([code, own]) => [code, { ...plainCurrency, ...own }])
  return { currencies: Object.fromEntries(complete) as Policy['currencies'], risk: risk ?? {} }
}

const toVersion = (row: Prisma.PolicyVersionGetPayload<object>): PolicyVersion => ({
  version: row.version,
  body: policyOf(row.body),
  reason: row.reason,
  proposedById: row.proposedById,
  proposedByName: row.proposedByName,
  proposedAt: row.proposedAt,
  decidedById: row.decidedById,
  decidedByName: row.decidedByName,
  decidedAt: row.decidedAt,
  decision: row.decision as PolicyVersion['decision'],
  active: row.activeKey === 'active',
})
