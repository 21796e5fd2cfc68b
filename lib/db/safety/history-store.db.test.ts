/** FI-52: even full access to the database can't rewrite the history unnoticed. One file: a list of ways to tamper. */
import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { noteEvent } from '#lib/db/payout/payout-changes.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { createTestPortal, eventually, seen } from '#lib/services/testing/portal.ts'
import type { Prisma } from '#lib/db/generated/client.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
let paid: string
let cancelled: string
let ids: bigint[]

beforeAll(async () => {
  portal = await createTestPortal()
  const worker = portal.startWorker()
  paid = await portal.ask()
  const waiting = await portal.until(paid, 'awaiting_approval')
  await approvePayout(portal.deps, await portal.approver(), seen(waiting))
  await portal.until(paid, 'paid')
  cancelled = await portal.ask()
  await portal.until(cancelled, 'awaiting_approval')
  await worker.stop()
  // Not a move: only an anchor shows that it is gone.
  await noteEvent(portal.prisma, cancelled, { kind: 'stranger' }, { kind: 'receiver_returned' })
  ids = (await portal.deps.payouts.timeline(paid)).map(({ id }) => id)
  // It waits for everything that writes on this server, and other tests do.
  await eventually(async () => (await portal.deps.history.anchor()) ?? 'others write', 60_000)
  await portal.prisma.$executeRaw`CREATE TABLE kept AS TABLE payout_event`
  await portal.prisma.$executeRaw`CREATE TABLE kept_payout AS SELECT id, status, final_at FROM payout`
})
afterAll(() => portal.close())
afterEach(async () => {
  await asOwner(async (tx) => {
    await tx.$executeRaw`DELETE FROM payout_event`
    await tx.$executeRaw`INSERT INTO payout_event SELECT * FROM kept`
    await tx.$executeRaw`UPDATE payout SET status = k.status, final_at = k.final_at FROM kept_payout k WHERE k.id = payout.id`
  })
  expect((await verify()).firstBroken).toBeNull()
})

/** Acts as the owner of the database, with every trigger off. */
const asOwner = (work: (tx: Prisma.TransactionClient) => Promise<unknown>) =>
  portal.prisma.$transaction(async (tx) => {
    await tx.$executeRaw`SET LOCAL session_replication_role = replica`
    await work(tx)
  })
const verify = () => portal.deps.history.verify()

const rehash = (tx: Prisma.TransactionClient, id: bigint) => tx.$executeRaw`
  UPDATE payout_event e SET hash = encode(sha256(convert_to(payout_event_material(e), 'UTF8')), 'hex') WHERE id = ${id}`

describe('an untouched history', () => {
  it('is intact, row by row', async () => {
    const events = await portal.prisma.payoutEvent.count()
    expect(events).toBeGreaterThan(10)
    expect(await verify()).toEqual({
      events,
      payouts: 2,
      anchors: 1,
      firstBroken: null,
      brokenPayouts: 0,
      audit: expect.objectContaining({ firstBroken: null }) as unknown,
      archived: { events: 0, unproven: 0 },
    })
    expect(await portal.deps.history.verifyPayout(paid)).toMatchObject({
      events: ids.length,
      payouts: 1,
      firstBroken: null,
    })
  })

  it('hashes every column there is', async () => {
    const columns = await portal.prisma.$queryRaw<{ name: string }[]>`
      SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'payout_event' ORDER BY ordinal_position`
    expect(columns.map(({ name }) => name).sort()).toEqual(
      [
        ...['prev_hash', 'id', 'payout_id', 'at', 'kind', 'move', 'from_status', 'to_status', 'version'],
        ...['actor_kind', 'actor_id', 'actor_name', 'data', 'hash'],
      ].sort(),
    )
  })

  it('can’t be changed, deleted or emptied by the portal itself', async () => {
    const { prisma } = portal
    await expect(prisma.$executeRaw`UPDATE payout_event SET kind = 'x'`).rejects.toThrow('only ever added to')
    await expect(prisma.$executeRaw`DELETE FROM payout_event`).rejects.toThrow('only ever added to')
    await expect(prisma.$executeRaw`TRUNCATE payout_event`).rejects.toThrow('only ever added to')
    await expect(prisma.$executeRaw`TRUNCATE audit_event`).rejects.toThrow('only ever added to')
    await expect(prisma.$executeRaw`UPDATE history_anchor SET hash = 'x'`).rejects.toThrow(
      'only ever added to',
    )
    await expect(prisma.$executeRaw`DELETE FROM history_anchor`).rejects.toThrow('only ever added to')
  })
})

describe('the first broken row is named', () => {
  it.each([
    ['evidence', `data = data || '{"amount": "1.00"}'`],
    ['time', `at = at + interval '1 millisecond'`],
    ['kind', `kind = 'decided'`],
    ['person', `actor_name = 'Somebody else'`],
    ['person’s id', `actor_id = 'x'`],
    ['kind of person', `actor_kind = 'user'`],
    ['version', `version = version + 1`],
    ['move', `move = 'fail'`],
    ['status', `from_status = 'paying'`],
    ['link', `prev_hash = 'x'`],
    ['hash', `hash = 'x'`],
  ])('when somebody changes the %s of an event', async (_what, change) => {
    const id = ids[2]!
    await asOwner((tx) => tx.$executeRawUnsafe(`UPDATE payout_event SET ${change} WHERE id = ${id}`))
    const proof = await verify()
    expect(proof).toMatchObject({ brokenPayouts: 1 })
    expect(proof.firstBroken).toMatchObject({ wrong: 'changed', eventId: id, payoutId: paid })
    expect((await portal.deps.history.verifyPayout(paid)).firstBroken).toEqual(proof.firstBroken)
    expect((await portal.deps.history.verifyPayout(cancelled)).firstBroken).toBeNull()
  })

  it('when somebody changes an event along with its hash', async () => {
    await asOwner(async (tx) => {
      await tx.$executeRaw`UPDATE payout_event SET actor_name = 'Somebody else' WHERE id = ${ids[2]!}`
      await rehash(tx, ids[2]!)
    })
    expect((await verify()).firstBroken).toMatchObject({ wrong: 'missing', eventId: ids[3] })
    expect((await verify()).firstBroken?.why).toContain(`after event ${ids[2]!}`)
  })

  it('when somebody deletes one in the middle, or the first', async () => {
    await asOwner((tx) => tx.$executeRaw`DELETE FROM payout_event WHERE id = ${ids[3]!}`)
    expect((await verify()).firstBroken).toMatchObject({ wrong: 'missing', eventId: ids[4] })
    await asOwner((tx) => tx.$executeRaw`DELETE FROM payout_event WHERE id = ${ids[0]!}`)
    expect((await verify()).firstBroken).toMatchObject({ wrong: 'missing', eventId: ids[1] })
  })

  it('when somebody inserts one in between, with a matching hash', async () => {
    // Each event takes two numbers, so there is always a free one before it.
    const put = ids[3]! - 1n
    expect(ids).not.toContain(put)
    await asOwner(async (tx) => {
      await tx.$executeRaw`
        INSERT INTO payout_event (id, payout_id, at, kind, version, actor_kind, actor_name, prev_hash)
        SELECT ${put}, payout_id, at, 'decided', version, 'user', 'Ana', prev_hash FROM payout_event WHERE id = ${ids[3]!}`
      await rehash(tx, put)
    })
    expect((await verify()).firstBroken).toMatchObject({ wrong: 'inserted', eventId: put, payoutId: paid })
  })

  it('when somebody inserts one without a hash', async () => {
    const put = ids[3]! - 1n
    await asOwner(
      (tx) => tx.$executeRaw`
        INSERT INTO payout_event (id, payout_id, kind, version, actor_kind, actor_name)
        VALUES (${put}, ${paid}::uuid, 'decided', 1, 'user', 'Ana')`,
    )
    expect((await verify()).firstBroken).toMatchObject({ wrong: 'changed', eventId: put })
  })

  it('when somebody deletes the last move', async () => {
    await asOwner((tx) => tx.$executeRaw`DELETE FROM payout_event WHERE id = ${ids.at(-1)!}`)
    expect((await verify()).firstBroken).toMatchObject({ wrong: 'status', eventId: ids.at(-2) })
  })

  it('when somebody deletes a last event that moved nothing: an anchor shows it', async () => {
    const last = (await portal.deps.payouts.timeline(cancelled)).at(-1)!
    expect(last.kind).toBe('receiver_returned')
    await asOwner((tx) => tx.$executeRaw`DELETE FROM payout_event WHERE id = ${last.id}`)
    const proof = await verify()
    expect(proof).toMatchObject({ brokenPayouts: 0, firstBroken: { wrong: 'anchor', eventId: null } })
    expect((await portal.deps.history.verifyPayout(cancelled)).firstBroken).toBeNull()
  })

  it('when somebody changes a status without an event, even of a payout that has not ended', async () => {
    await portal.prisma.$executeRaw`UPDATE payout SET status = 'approved' WHERE id = ${cancelled}::uuid`
    expect((await verify()).firstBroken).toMatchObject({ wrong: 'status', payoutId: cancelled })
    await asOwner((tx) => tx.$executeRaw`UPDATE payout SET status = 'failed' WHERE id = ${paid}::uuid`)
    expect((await verify()).firstBroken).toMatchObject({ wrong: 'status', payoutId: paid })
  })

  it('when somebody empties the table', async () => {
    await asOwner((tx) => tx.$executeRaw`TRUNCATE payout_event`)
    const proof = await verify()
    expect(proof).toMatchObject({ events: 0, brokenPayouts: 2 })
    expect(proof.firstBroken).toMatchObject({ wrong: 'missing', payoutId: paid })
    expect((await portal.deps.history.verifyPayout(paid)).firstBroken).toMatchObject({ wrong: 'missing' })
  })

  it('when somebody deletes a payout but not its history', async () => {
    await asOwner(async (tx) => {
      await tx.$executeRaw`CREATE TABLE gone AS SELECT * FROM payout WHERE id = ${cancelled}::uuid`
      await tx.$executeRaw`DELETE FROM payout WHERE id = ${cancelled}::uuid`
    })
    expect((await verify()).firstBroken).toMatchObject({ wrong: 'inserted', payoutId: cancelled })
    await asOwner(async (tx) => {
      await tx.$executeRaw`INSERT INTO payout SELECT * FROM gone`
      await tx.$executeRaw`DROP TABLE gone`
    })
  })

  it('when somebody changes the database’s hash function', async () => {
    const [was] = await portal.prisma.$queryRaw<{ code: string }[]>`
      SELECT pg_get_functiondef('payout_event_material'::regproc) AS code`
    await portal.prisma.$executeRaw`
      CREATE OR REPLACE FUNCTION payout_event_material(e payout_event) RETURNS text LANGUAGE sql AS $$ SELECT 'all is well' $$`
    await noteEvent(portal.prisma, paid, { kind: 'stranger' }, { kind: 'receiver_returned' })
    expect((await verify()).firstBroken).toMatchObject({ wrong: 'changed', payoutId: paid })
    await portal.prisma.$executeRawUnsafe(was!.code)
  })

  it('when somebody rewrites a whole chain: only an anchor shows it, even one kept elsewhere', async () => {
    const [kept] = await portal.deps.history.anchors()
    await asOwner(async (tx) => {
      await tx.$executeRaw`UPDATE payout_event SET actor_name = 'Somebody else' WHERE id = ${ids[1]!}`
      let previous = ''
      for (const id of ids) {
        await tx.$executeRaw`UPDATE payout_event SET prev_hash = ${previous} WHERE id = ${id}`
        await rehash(tx, id)
        const row = await tx.payoutEvent.findUniqueOrThrow({ where: { id } })
        previous = row.hash
      }
    })
    const proof = await verify()
    expect(proof).toMatchObject({ brokenPayouts: 0, firstBroken: { wrong: 'anchor', day: kept!.day } })
    const [anchor] = await portal.prisma.historyAnchor.findMany()
    await asOwner((tx) => tx.$executeRaw`DELETE FROM history_anchor`)
    expect((await verify()).firstBroken).toBeNull()
    expect((await portal.deps.history.verify(kept)).firstBroken).toMatchObject({
      wrong: 'anchor',
      day: null,
    })
    await portal.prisma.historyAnchor.create({ data: anchor! })
  })
})

describe('the anchor', () => {
  it('can be computed by anybody from numbers and hashes, is made once, and ignores later events', async () => {
    const [anchor] = await portal.deps.history.anchors()
    const rows = await portal.prisma.payoutEvent.findMany({ orderBy: { id: 'asc' } })
    const lines = rows.map(({ id, hash }) => `${id} ${hash}\n`).join('')
    expect(anchor).toMatchObject({
      events: BigInt(rows.length),
      lastEventId: rows.at(-1)!.id,
      hash: createHash('sha256').update(lines).digest('hex'),
    })
    await noteEvent(portal.prisma, paid, { kind: 'stranger' }, { kind: 'receiver_returned' })
    const again = await Promise.all(Array.from({ length: 8 }, () => portal.deps.history.anchor()))
    expect(again.map((one) => one?.made)).toEqual(Array.from({ length: 8 }, () => false))
    expect(again[0]?.anchor).toEqual(anchor)
    expect((await verify()).firstBroken).toBeNull()
  })

  it('waits for a writer with a lower number that has not committed yet', async () => {
    const other = await createTestPortal()
    try {
      const [slow, quick] = [await other.ask(), await other.ask()]
      let commit = (): void => undefined
      const held = new Promise<void>((resolve) => (commit = resolve))
      let written = false
      const writer = other.prisma.$transaction(async (tx) => {
        await tx.payoutEvent.create({
          data: {
            payoutId: slow,
            kind: 'receiver_returned',
            version: 1,
            actorKind: 'stranger',
            actorName: 'x',
          },
        })
        written = true
        await held
      })
      await eventually(() => Promise.resolve(written ? true : 'not written'))
      await noteEvent(other.prisma, quick, { kind: 'stranger' }, { kind: 'receiver_returned' })
      let anchored = false
      const both = Promise.all([other.deps.history.anchor(), other.deps.history.anchor()]).finally(
        () => (anchored = true),
      )
      // It has seen the higher number by now; nobody waits for this note, which comes later.
      await noteEvent(other.prisma, quick, { kind: 'stranger' }, { kind: 'receiver_returned' })
      expect(anchored).toBe(false)
      commit()
      await writer
      const made = await both
      expect(made.filter((one) => one?.made)).toHaveLength(1)
      expect(made[0]?.anchor.events).toBeGreaterThanOrEqual(4n)
      expect((await other.deps.history.verify()).firstBroken).toBeNull()
    } finally {
      await other.close()
    }
  })
})

it('an event finds the hash before it by index, even if that search was planned while there were no events', async () => {
  const rollBack = new Error('roll back')
  const work = asOwner(async (tx) => {
    await tx.$executeRaw`TRUNCATE payout_event`
    await tx.$executeRaw`ANALYZE payout_event`
    await tx.$executeRaw`SET LOCAL session_replication_role = origin`
    const scans = () => tx.$queryRaw<{ seq_scan: bigint }[]>`
      SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'payout_event'`
    const before = await scans()
    // From the sixth on the plan is kept.
    for (let n = 0; n < 8; n++)
      await noteEvent(tx, cancelled, { kind: 'stranger' }, { kind: 'receiver_returned' })
    expect(await scans()).toEqual(before)
    throw rollBack
  })
  await expect(work).rejects.toBe(rollBack)
})

describe('twenty events at once', () => {
  it('make one unbroken chain', async () => {
    const other = await createTestPortal()
    try {
      expect(await other.deps.history.anchor()).toBeNull()
      const id = await other.ask()
      await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          noteEvent(other.prisma, id, { kind: 'stranger' }, { kind: 'receiver_returned', data: { n } }),
        ),
      )
      expect(await other.deps.history.verify()).toMatchObject({ events: 21, payouts: 1, firstBroken: null })
    } finally {
      await other.close()
    }
  })
})
