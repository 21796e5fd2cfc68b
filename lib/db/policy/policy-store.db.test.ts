/** The merchant's policy takes two people to change, through the store and by hand-written SQL. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createPrisma } from '#lib/db/engine/client.ts'
import type { PrismaClient } from '#lib/db/engine/client.ts'
import { createVault } from '#lib/db/seal/vault.ts'
import { createTestDatabase, patient } from '#lib/db/testing/database.ts'
import type { Actor, Role } from '#lib/payouts/permissions.ts'
import { firstPolicy, noLimits } from '#lib/payouts/policy.ts'
import type { Policy } from '#lib/payouts/policy.ts'
import type { PolicyStore } from '#lib/services/ports.ts'
import { createPolicyStore } from './policy-store.ts'

const operator: Actor = { kind: 'operator', name: 'root' }

let prisma: PrismaClient
let policy: PolicyStore
let drop: () => Promise<void>
beforeAll(async () => {
  const database = await createTestDatabase()
  drop = database.drop
  prisma = createPrisma(database.url, patient)
  policy = createPolicyStore(
    prisma,
    { enqueueMail: () => Promise.resolve() },
    createVault([{ id: 'test', key: Buffer.alloc(32, 7) }]),
  )
})
afterAll(async () => {
  await prisma.$disconnect()
  await drop()
})
beforeEach(async () => {
  const waiting = await policy.proposal()
  if (waiting) await policy.decide(waiting.version, 'rejected', await person())
})

async function person(more: { role?: Role; personId?: string; disabledAt?: Date } = {}) {
  const id = randomUUID()
  const data = { id, email: `${id}@example.com`, name: 'Adrian', role: 'admin' as Role, ...more }
  await prisma.user.create({ data })
  return { kind: 'user' as const, id, role: data.role, name: 'Adrian', receiverId: null }
}

let amount = 1
/** A policy that nobody has had before. */
const fresh = (): Policy => ({
  currencies: {
    EUR: {
      autoApprove: { below: `${amount++}.00`, sources: ['api'] },
      rules: [{ name: 'Large', source: 'any', from: '1000.00', approvers: 2 }],
      limits: noLimits,
    },
  },
  risk: { many_requests: 'high' },
})

async function proposed(by: Actor) {
  const body = fresh()
  const proposal = await policy.propose(body, 'why', by, () => ({ mails: [] }))
  if (proposal === 'already_proposed') throw new Error(proposal)
  return { ...proposal, body }
}

const audits = async (version: number) =>
  (await prisma.auditEvent.findMany({ where: { subject: String(version) }, orderBy: { id: 'asc' } })).map(
    ({ kind, actorName }) => `${kind} by ${actorName}`,
  )

// First: nothing below may have made an admin yet.
describe('before the first admin', () => {
  it('no policy is version 0, and the operator sets one at once, one version after the other', async () => {
    expect(await policy.active()).toEqual({ version: 0, body: firstPolicy })
    expect(await policy.find(0)).toEqual(firstPolicy)
    expect(await policy.find(4711)).toBeNull()
    const first = await policy.set(fresh(), 'start', operator)
    const body = fresh()
    const second = await policy.set(body, 'better', operator)
    expect(second.version).toBeGreaterThan(first.version)
    expect(await policy.active()).toEqual({ version: second.version, body })
    expect(await policy.find(first.version)).toEqual(first.body)
    expect(await audits(second.version)).toEqual(['policy_set by root'])
  })
})

describe('a proposal', () => {
  it('changes nothing until another person confirms it, and both are in the audit trail', async () => {
    const before = await policy.active()
    const { version, body } = await proposed(await person())
    expect(await policy.active()).toEqual(before)
    expect(await policy.proposal()).toMatchObject({ version, decision: null, active: false })
    const decided = await policy.decide(version, 'confirmed', await person())
    expect(decided).toMatchObject({ decision: 'confirmed', active: true })
    expect(await policy.active()).toEqual({ version, body })
    expect(await policy.proposal()).toBeNull()
    expect((await policy.versions(10)).filter(({ active }) => active)).toHaveLength(1)
    expect(await audits(version)).toEqual(['policy_proposed by Adrian', 'policy_confirmed by Adrian'])
  })

  it('waits alone: of twenty at once one is kept', async () => {
    const people = await Promise.all(Array.from({ length: 20 }, () => person()))
    const answers = await Promise.all(
      people.map((by) => policy.propose(fresh(), 'why', by, () => ({ mails: [] }))),
    )
    expect(answers.filter((answer) => answer !== 'already_proposed')).toHaveLength(1)
  })

  it('is decided once, however many decide at once', async () => {
    const { version } = await proposed(await person())
    const people = await Promise.all(Array.from({ length: 10 }, () => person()))
    const answers = await Promise.all(
      people.map((by, n) => policy.decide(version, n % 2 === 0 ? 'confirmed' : 'rejected', by)),
    )
    expect(answers.filter((answer) => answer !== 'stale')).toHaveLength(1)
    expect((await policy.versions(50)).filter(({ active }) => active)).toHaveLength(1)
  })

  it('cannot be confirmed by the person who made it, under any account', async () => {
    const ana = await person()
    const { personId } = await prisma.user.findUniqueOrThrow({ where: { id: ana.id } })
    const { version } = await proposed(ana)
    for (const by of [ana, await person({ personId })])
      expect(await policy.decide(version, 'confirmed', by)).toBe('same_person')
    expect(await policy.decide(version, 'withdrawn', ana)).toMatchObject({
      decision: 'withdrawn',
      active: false,
    })
    expect(await policy.decide(version, 'confirmed', await person())).toBe('stale')
  })

  it('by the operator is confirmed by any admin', async () => {
    const { version } = await proposed(operator)
    expect(await policy.decide(version, 'confirmed', await person())).toMatchObject({ active: true })
  })
})

describe('the database itself', () => {
  const confirm = (version: number, by: string | null) =>
    prisma.$transaction([
      prisma.$executeRaw`UPDATE policy_version SET active_key = NULL WHERE active_key = 'active'`,
      prisma.$executeRaw`
      UPDATE policy_version SET decision = 'confirmed', decided_by_id = ${by}::uuid, decided_by_name = 'x', decided_at = now(),
        open_key = NULL, active_key = 'active' WHERE version = ${version}`,
    ])

  it('refuses a version that is confirmed by its proposer, by another account of theirs, or by nobody', async () => {
    const ana = await person()
    const { personId } = await prisma.user.findUniqueOrThrow({ where: { id: ana.id } })
    const { version } = await proposed(ana)
    for (const by of [ana.id, (await person({ personId })).id, null, randomUUID()])
      await expect(confirm(version, by)).rejects.toThrow('two different people')
  })

  it('refuses one that is confirmed by somebody who is not an admin, or no longer', async () => {
    const { version } = await proposed(await person())
    const approver = await person({ role: 'approver' })
    const former = await person({ disabledAt: new Date() })
    for (const { id } of [approver, former])
      await expect(confirm(version, id)).rejects.toThrow('two different people')
    // This holds for an operator's proposal too.
    await policy.decide(version, 'rejected', await person())
    const { version: own } = await proposed(operator)
    await expect(confirm(own, null)).rejects.toThrow('two different people')
  })

  it('refuses to edit, decide again, bring back or remove a version', async () => {
    const rejected = await proposed(await person())
    await policy.decide(rejected.version, 'rejected', await person())
    const before = await policy.active()
    const { version } = await proposed(await person())
    await policy.decide(version, 'confirmed', await person())
    for (const sql of [
      `UPDATE policy_version SET body = '{}' WHERE version = ${version}`,
      `UPDATE policy_version SET reason = 'another' WHERE version = ${version}`,
      `UPDATE policy_version SET proposed_by_id = NULL WHERE version = ${version}`,
      `UPDATE policy_version SET decision = NULL WHERE version = ${version}`,
      `UPDATE policy_version SET decided_by_name = 'another' WHERE version = ${version}`,
      `UPDATE policy_version SET decision = 'confirmed', active_key = 'active' WHERE version = ${rejected.version}`,
    ])
      await expect(prisma.$executeRawUnsafe(sql), sql).rejects.toThrow('stays as it was proposed')
    for (const old of [before.version, rejected.version])
      await expect(
        prisma.$transaction([
          prisma.$executeRaw`UPDATE policy_version SET active_key = NULL WHERE active_key = 'active'`,
          prisma.$executeRaw`UPDATE policy_version SET active_key = 'active' WHERE version = ${old}`,
        ]),
      ).rejects.toThrow('confirmed now')
    await expect(prisma.$executeRaw`UPDATE policy_version SET active_key = NULL`).rejects.toThrow(
      'must be in force',
    )
    await expect(prisma.$executeRaw`DELETE FROM policy_version WHERE version = ${version}`).rejects.toThrow()
    await expect(prisma.$executeRaw`TRUNCATE policy_version`).rejects.toThrow()
    expect((await policy.active()).version).toBe(version)
  })

  it('refuses a policy set past a second person once there is an admin', async () => {
    await person()
    const before = await policy.active()
    await expect(policy.set(fresh(), 'quickly', operator)).rejects.toThrow()
    await expect(
      prisma.$executeRaw`
        INSERT INTO policy_version (body, reason, proposed_by_name, decision, active_key) VALUES ('{}', 'x', 'x', 'confirmed', 'active')`,
    ).rejects.toThrow('two different people')
    expect(await policy.active()).toEqual(before)
  })
})
