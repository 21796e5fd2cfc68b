import type { AuditKind } from '#lib/services/ports.ts'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { AuditFilter, AuditProof } from '#lib/services/ports.ts'
import { anchorToday } from '#lib/services/safety/anchor-history.ts'
import { showAudit } from '#lib/services/audit/show-audit.ts'
import { createTestPortal } from '#lib/services/testing/portal.ts'
import { writeAudit } from './audit.ts'

const operator: Actor = { kind: 'operator', name: 'root' }
const any: AuditFilter = { who: null, kind: null, subject: null, from: null, to: null }

let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  portal = await createTestPortal()
})
afterAll(() => portal.close())

const sql = (text: string) => portal.prisma.$executeRawUnsafe(text)
/** Only these tests write such rows; earlier versions wrote other kinds too. */
const kindOf = (kind: string) => kind as AuditKind
const write = (kind = 'tested', subject: string | null = randomUUID(), data: Record<string, unknown> = {}) =>
  writeAudit(portal.prisma, kindOf(kind), operator, subject, data)
const ids = async () =>
  (await portal.prisma.$queryRaw<{ id: bigint }[]>`SELECT id FROM audit_event ORDER BY id`).map(
    ({ id }) => id,
  )
async function proof(): Promise<AuditProof> {
  const { audit } = await portal.deps.history.verify()
  if (!audit) throw new Error('no proof of the audit trail')
  return audit
}

/** As the database's owner could: switches off everything that guards the rows. */
async function tamper(...texts: string[]): Promise<void> {
  for (const table of ['audit_event', 'audit_seal', 'history_anchor'])
    await sql(`ALTER TABLE ${table} DISABLE TRIGGER USER`)
  for (const text of texts) await sql(text)
  for (const table of ['audit_event', 'audit_seal', 'history_anchor'])
    await sql(`ALTER TABLE ${table} ENABLE TRIGGER USER`)
}

describe('the audit trail as a chain', () => {
  it('hashes each row as it is written, and seals all since the last seal once, however many workers try', async () => {
    await write()
    const done = await Promise.all(Array.from({ length: 5 }, () => portal.deps.auditTrail.seal()))
    expect(done.filter(Boolean)).toHaveLength(1)
    expect(await portal.deps.auditTrail.seal()).toBe(false)
    await write()
    const before = await proof()
    expect(before).toMatchObject({ unsealed: 1, firstBroken: null })
    expect(await portal.deps.auditTrail.seal()).toBe(true)
    expect(await proof()).toEqual({
      events: before.events,
      unsealed: 0,
      seals: before.seals + 1,
      firstBroken: null,
    })
  })

  it('lets writers work side by side: none waits for another’s transaction', async () => {
    const slow = portal.prisma.$transaction(
      async (tx) => {
        await writeAudit(tx, kindOf('slow'), operator, null, {})
        // Would wait for the transaction around it if rows were chained one by one.
        await write('quick')
        // And nothing is sealed while a writer is still at it.
        await expect(portal.deps.auditTrail.seal()).resolves.toBe(false)
      },
      { timeout: 20_000 },
    )
    await slow
    expect(await portal.deps.auditTrail.seal()).toBe(true)
    expect(await proof()).toMatchObject({ unsealed: 0, firstBroken: null })
  })

  it('refuses to change, delete or empty rows and seals', async () => {
    for (const table of ['audit_event', 'audit_seal'])
      for (const text of [`UPDATE ${table} SET hash = 'x'`, `DELETE FROM ${table}`, `TRUNCATE ${table}`])
        await expect(sql(text), text).rejects.toThrow('only ever added to')
  })
})

describe('what the owner of the database did', () => {
  let row: bigint
  beforeEach(async () => {
    await write('victim', 'v')
    await write()
    await portal.deps.auditTrail.seal()
    row = (await ids()).at(-2) ?? 0n
    expect((await proof()).firstBroken).toBeNull()
  })
  const restored = async (text: string) => {
    await tamper(text)
    expect((await proof()).firstBroken).toBeNull()
  }

  it.each([
    [`kind = 'other'`, `kind = 'victim'`],
    [`actor_name = 'Ana'`, `actor_name = 'root'`],
    [`subject = NULL`, `subject = 'v'`],
    [`data = '{"a":1}'`, `data = '{}'`],
  ])('%s shows at that row', async (change, back) => {
    await tamper(`UPDATE audit_event SET ${change} WHERE id = ${row}`)
    expect((await proof()).firstBroken).toMatchObject({ wrong: 'changed', eventId: row })
    await restored(`UPDATE audit_event SET ${back} WHERE id = ${row}`)
  })

  it('shows at the seal: a changed row with a new hash, a deleted row, and an inserted one', async () => {
    const [kept] = await portal.prisma.$queryRaw<
      { hash: string }[]
    >`SELECT hash FROM audit_event WHERE id = ${row}`
    const rehash = `hash = encode(sha256(convert_to(audit_event_material(e), 'UTF8')), 'hex')`
    await tamper(
      `UPDATE audit_event SET kind = 'other' WHERE id = ${row}`,
      `UPDATE audit_event e SET ${rehash} WHERE id = ${row}`,
    )
    expect((await proof()).firstBroken).toMatchObject({ wrong: 'seal' })
    await restored(`UPDATE audit_event SET kind = 'victim', hash = '${kept?.hash ?? ''}' WHERE id = ${row}`)

    await tamper(
      `CREATE TABLE kept_aside AS SELECT * FROM audit_event WHERE id = ${row}`,
      `DELETE FROM audit_event WHERE id = ${row}`,
    )
    expect((await proof()).firstBroken).toMatchObject({ wrong: 'missing' })
    await restored('INSERT INTO audit_event SELECT * FROM kept_aside')

    const free = row * 0n - 5n
    await tamper(
      `INSERT INTO audit_event (id, kind, actor_kind, actor_name, hash) VALUES (${free}, 'put', 'operator', 'x', 'x')`,
    )
    expect((await proof()).firstBroken).not.toBeNull()
    await restored(`DELETE FROM audit_event WHERE id = ${free}`)
    await sql('DROP TABLE kept_aside')
  })

  it('shows at an anchor, also at one kept elsewhere, when everything was rewritten, seals too', async () => {
    await portal.ask()
    const anchor = await anchorToday(portal.deps)
    expect(anchor?.audit).not.toBeNull()
    const [seals, rows] = await Promise.all([
      portal.prisma.$queryRawUnsafe('CREATE TABLE seals_aside AS SELECT * FROM audit_seal'),
      portal.prisma.$queryRawUnsafe('CREATE TABLE anchors_aside AS SELECT * FROM history_anchor'),
    ])
    expect([seals, rows]).toHaveLength(2)
    await tamper('DELETE FROM audit_seal')
    await portal.deps.auditTrail.seal()
    expect((await proof()).firstBroken).toMatchObject({ wrong: 'anchor' })
    await tamper('UPDATE history_anchor SET audit_event_id = NULL, audit_hash = NULL')
    expect((await proof()).firstBroken).toBeNull()
    const kept = await portal.deps.history.verify(anchor ?? undefined)
    expect(kept.audit?.firstBroken).toMatchObject({ wrong: 'anchor' })
    await tamper(
      'DELETE FROM audit_seal',
      'INSERT INTO audit_seal SELECT * FROM seals_aside',
      'DELETE FROM history_anchor',
      'INSERT INTO history_anchor SELECT * FROM anchors_aside',
    )
    expect((await proof()).firstBroken).toBeNull()
  })
})

describe('the audit trail as people read it', () => {
  const auditor: Actor = { kind: 'user', id: randomUUID(), role: 'auditor', name: 'Aurora', receiverId: null }
  const empty = { who: '', kind: '', subject: '', from: '', to: '', cursor: null }

  it('is paged by number: no row comes twice or is missed while others are written', async () => {
    for (let index = 0; index < 60; index++) await write('paged', 'page')
    const first = await showAudit(portal.deps, auditor, { ...empty, kind: 'paged' })
    if (!first.ok) throw new Error(first.code)
    await write('paged', 'page')
    const second = await showAudit(portal.deps, auditor, {
      ...empty,
      kind: 'paged',
      cursor: first.nextCursor,
    })
    if (!second.ok) throw new Error(second.code)
    const seen = [...first.rows, ...second.rows].map(({ id }) => id)
    expect(seen).toHaveLength(60)
    expect(new Set(seen).size).toBe(60)
    expect(second.nextCursor).toBeNull()
    expect(await showAudit(portal.deps, auditor, { ...empty, cursor: 'x' })).toMatchObject({
      code: 'not_found',
    })
  })

  it('is filtered by who, what, subject and days, and says what it cannot read', async () => {
    const id = randomUUID()
    const user = {
      id,
      email: `${id}@example.com`,
      name: 'Percent % sign',
      role: 'clerk' as const,
      passwordHash: null,
      totpSecret: null,
    }
    await portal.deps.people.createUser(user, operator)
    const person: Actor = { kind: 'user', id, role: 'clerk', name: 'As it was then', receiverId: null }
    await writeAudit(portal.prisma, kindOf('found'), person, 'thing', {})
    const list = async (filter: Partial<AuditFilter>) =>
      (await portal.deps.auditTrail.list({ ...any, ...filter }, { limit: 100, before: null })).rows
    for (const who of ['Percent', `${id}@example`, id, 'As it was then', '%'])
      expect(
        (await list({ who })).map(({ kind }) => kind),
        who,
      ).toEqual(['found'])
    expect(await list({ who: 'nobody at all' })).toEqual([])
    expect(await list({ subject: 'thing' })).toHaveLength(1)
    expect(await list({ subject: 'thing', kind: 'other' })).toEqual([])
    expect(await portal.deps.auditTrail.kinds()).toEqual(
      expect.arrayContaining(['found', 'paged', 'user_created']),
    )

    const today = new Date().toISOString().slice(0, 10)
    const shown = async (days: { from?: string; to?: string }) => {
      const answer = await showAudit(portal.deps, auditor, { ...empty, subject: 'thing', ...days })
      return answer.ok ? answer.rows.length : answer.code
    }
    expect(await shown({ from: today, to: today })).toBe(1)
    expect(await shown({ to: '2000-01-01' })).toBe(0)
    const wrong = await showAudit(portal.deps, auditor, { ...empty, from: '2026-02-31', to: 'soon' })
    expect(wrong).toMatchObject({ rows: [], problems: [{ path: 'from' }, { path: 'to' }] })
  })
})
