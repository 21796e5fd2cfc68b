/** Old months of the history: into files, out of the database, killed at any point, and everything that must still be right after it. */
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gunzipSync, gzipSync } from 'node:zlib'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase } from '#lib/db/testing/database.ts'
import type { TestDatabase } from '#lib/db/testing/server.ts'
import { noteEvent } from '#lib/db/payout/payout-changes.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { showDeskPayout } from '#lib/services/desk/show-desk-payout.ts'
import { exportInstallation } from '#lib/services/moving/export-installation.ts'
import { verifyExport } from '#lib/services/moving/verify-export.ts'
import { takeEvidence } from '#lib/services/payout/take-evidence.ts'
import { verifyPack } from '#lib/services/payout/evidence-pack.ts'
import { archiveHistory, dropArchived } from '#lib/services/safety/archive-history.ts'
import { verifyArchive } from '#lib/services/safety/verify-archive.ts'
import { verifyHistory } from '#lib/services/safety/verify-history.ts'
import { makeEvents } from '#lib/services/webhook/make-events.ts'
import { createTestPortal, eventually, seen } from '#lib/services/testing/portal.ts'
import { archiveFolder, archiveReader, monthsIn } from './archive-files.ts'

const operator: Actor = { kind: 'operator', name: 'test' }
type Portal = Awaited<ReturnType<typeof createTestPortal>>
const dirs: string[] = []
const newDir = () => {
  const dir = mkdtempSync(join(tmpdir(), 'archive-'))
  dirs.push(dir)
  return dir
}
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true })
})

/** A payout that was paid, with a callback, as if everything about it had happened so many months ago. */
async function paidMonthsAgo(portal: Portal, months: number, more = 0): Promise<string> {
  const worker = portal.startWorker()
  const id = await portal.ask({
    receiver: { externalId: randomUUID(), email: 'ada@example.com', firstName: 'Ada' },
  })
  const waiting = await portal.until(id, 'awaiting_approval')
  await approvePayout(portal.deps, await portal.approver(), seen(waiting))
  await portal.until(id, 'paid')
  await worker.stop()
  await portal.prisma.$executeRaw`
    INSERT INTO payout_event (payout_id, kind, version, actor_kind, actor_name, data)
    SELECT ${id}::uuid, 'status_answered', 1, 'worker', 'test', jsonb_build_object('n', n) FROM generate_series(1, ${more}::int) n`
  await portal.prisma.$executeRaw`
    INSERT INTO callback (id, digest, signed, status, type, order_id, client_order_id, params, payout_id, compared_at)
    SELECT gen_random_uuid(), md5(id::text), md5(id::text), 'approved', 'transfer', order_id, client_order_id, '{}', id, now()
    FROM payout WHERE id = ${id}::uuid`
  await age(portal, id, months)
  return id
}

/** Moves everything about a payout into the past, and computes its chain again. Works only with the triggers off. */
async function age(portal: Portal, id: string, months: number): Promise<void> {
  await portal.prisma.$transaction(
    async (tx) => {
      await tx.$executeRawUnsafe('SET LOCAL session_replication_role = replica')
      const past = `- interval '${months} months'`
      await tx.$executeRawUnsafe(
        `UPDATE payout SET created_at = created_at ${past}, final_at = final_at ${past} WHERE id = '${id}'`,
      )
      await tx.$executeRawUnsafe(
        `UPDATE callback SET received_at = received_at ${past} WHERE payout_id = '${id}'`,
      )
      await tx.$executeRawUnsafe(
        `UPDATE mail SET created_at = created_at ${past}, sent_at = now() ${past} WHERE payout_id = '${id}'`,
      )
      await tx.$executeRawUnsafe(`
        DO $$ DECLARE e payout_event; before text := ''; BEGIN
          FOR e IN SELECT * FROM payout_event WHERE payout_id = '${id}' ORDER BY id LOOP
            e.at := e.at ${past};
            e.prev_hash := before;
            before := encode(sha256(convert_to(payout_event_material(e), 'UTF8')), 'hex');
            UPDATE payout_event SET at = e.at, prev_hash = e.prev_hash, hash = before WHERE id = e.id;
          END LOOP;
        END $$`)
    },
    { timeout: 60_000 },
  )
}

/** What workers do at intervals: sums, books and webhooks have counted everything. */
async function settle(portal: Portal): Promise<void> {
  await eventually(async () => {
    await portal.deps.ledger.check()
    await makeEvents(portal.deps, new AbortController().signal)
    const [row] = await portal.prisma.$queryRaw<{ all: boolean }[]>`
      SELECT least(b.last_event_id, b.compared_event_id, w.last_event_id) = (SELECT max(id) FROM payout_event) AS all
      FROM books_mark b, webhook_mark w`
    return row?.all === true || 'not everything is counted'
  }, 30_000)
}

const monthAgo = async (portal: Portal, months: number): Promise<string> => {
  const [row] = await portal.prisma.$queryRaw<{ month: string }[]>`
    SELECT to_char((now() - make_interval(months => ${months}::int)) AT TIME ZONE 'UTC', 'YYYY-MM') AS month`
  return row?.month ?? ''
}

async function newPortal(): Promise<{ portal: Portal; database: TestDatabase }> {
  const database = await createTestDatabase()
  const portal = await createTestPortal({}, { database })
  await portal.deps.settings.change({ archiveAfterDays: 90 }, operator)
  return { portal, database }
}

const counts = async (portal: Portal) => ({
  events: await portal.prisma.payoutEvent.count(),
  callbacks: await portal.prisma.callback.count(),
  kept: await portal.prisma.payoutArchived.count(),
})

describe('a month of the history', () => {
  let portal: Portal
  let [oldest, older, young]: string[] = []
  let months: [string, string]
  let anchor: { lastEventId: bigint; hash: string }
  let dir: string
  beforeAll(async () => {
    ;({ portal } = await newPortal())
    oldest = await paidMonthsAgo(portal, 14)
    older = await paidMonthsAgo(portal, 12)
    young = await paidMonthsAgo(portal, 1)
    months = [await monthAgo(portal, 14), await monthAgo(portal, 12)]
    await settle(portal)
    const made = await eventually(async () => (await portal.deps.history.anchor()) ?? 'others write', 60_000)
    anchor = made.anchor
    dir = mkdtempSync(join(tmpdir(), 'archive-'))
  }, 60_000)
  afterAll(async () => {
    await portal.close()
    rmSync(dir, { recursive: true })
  })
  const verify = async (from?: string) => {
    const files = from === undefined ? undefined : { months: await monthsIn(from), read: archiveReader(from) }
    const result = await verifyHistory(portal.deps, operator, { ...(files && { files }) })
    if (!result.ok) throw new Error(result.code)
    return result
  }

  it('stays as long as the settings say so, and while a payout of it is too young', async () => {
    const folder = await archiveFolder(dir)
    await portal.deps.settings.change({ archiveAfterDays: 0 }, operator)
    expect(await archiveHistory(portal.deps, operator, folder)).toMatchObject({ code: 'archive_off' })
    // Fourteen months are about 425 days: the first month has not passed for so long.
    await portal.deps.settings.change({ archiveAfterDays: 460 }, operator)
    expect(await archiveHistory(portal.deps, operator, folder)).toMatchObject({
      ok: true,
      months: [],
      waits: null,
    })
    await portal.deps.settings.change({ archiveAfterDays: 90 }, operator)
    await portal.prisma.$transaction(async (tx) => {
      await tx.$executeRawUnsafe('SET LOCAL session_replication_role = replica')
      await tx.$executeRaw`UPDATE payout SET final_at = now() WHERE id = ${oldest}::uuid`
    })
    expect(await archiveHistory(portal.deps, operator, folder)).toMatchObject({
      ok: true,
      months: [],
      waits: { month: months[0], payouts: [oldest] },
    })
    await portal.prisma.$transaction(async (tx) => {
      await tx.$executeRawUnsafe('SET LOCAL session_replication_role = replica')
      await tx.$executeRaw`UPDATE payout SET final_at = created_at + interval '1 minute' WHERE id = ${oldest}::uuid`
    })
    expect(readdirSync(dir)).toEqual([])
  })

  it('moves to files, which verify alone and with the database, and deletes nothing', async () => {
    const before = await counts(portal)
    const result = await archiveHistory(portal.deps, operator, await archiveFolder(dir))
    expect(result).toMatchObject({ ok: true, waits: null })
    expect(result.ok && result.months.map(({ month }) => month)).toEqual(months)
    expect(await counts(portal)).toEqual(before)
    expect(await verifyArchive(await monthsIn(dir), archiveReader(dir))).toMatchObject({
      ...{ ok: true, months: 2, payouts: 2, callbacks: 2 },
      events:
        (await portal.deps.payouts.timeline(oldest!)).length +
        (await portal.deps.payouts.timeline(older!)).length,
    })
    expect(await verify(dir)).toMatchObject({ archive: { ok: true }, proof: { firstBroken: null } })
    // Again: there is nothing to do.
    expect(await archiveHistory(portal.deps, operator, await archiveFolder(dir))).toMatchObject({
      months: [],
      waits: null,
    })
  })

  it('is refused by the database while no archive is being dropped, and out of order', async () => {
    await expect(
      portal.prisma.$executeRaw`DELETE FROM payout_event WHERE payout_id = ${oldest}::uuid`,
    ).rejects.toThrow('only ever added to')
    const folder = await archiveFolder(dir)
    expect(await dropArchived(portal.deps, operator, folder, months[1])).toMatchObject({
      code: 'archive_order',
    })
    expect(await dropArchived(portal.deps, operator, folder, '2001-01')).toMatchObject({
      code: 'archive_missing',
    })
    expect(await dropArchived(portal.deps, operator, await archiveFolder(newDir()), months[0])).toMatchObject(
      {
        code: 'archive_missing',
      },
    )
    await expect(
      portal.prisma.$executeRaw`UPDATE history_archive SET dropped_at = now(), dropping_at = now()`,
    ).rejects.toThrow('still there')
    await expect(portal.prisma.$executeRaw`UPDATE history_archive SET root = 'x'`).rejects.toThrow(
      'stays as it was',
    )
    await expect(portal.prisma.$executeRaw`DELETE FROM history_archive`).rejects.toThrow('never deleted')
  })

  it.each([
    ['an event', 'events', (text: string) => text.replace('paid', 'laid')],
    ['a missing event', 'events', (text: string) => text.split('\n').slice(1).join('\n')],
    ['a callback', 'callbacks', (text: string) => text.replace('approved', 'declined')],
  ])(
    'is found out when somebody changes %s in its files, and then nothing is dropped',
    async (_what, file, change) => {
      const path = join(dir, months[0], `${file}.jsonl.gz`)
      const was = readFileSync(path)
      writeFileSync(path, gzipSync(change(gunzipSync(was).toString())))
      try {
        const broken = await verifyArchive(await monthsIn(dir), archiveReader(dir))
        expect(broken).toMatchObject({ ok: false, file: `${months[0]}/${file}` })
        expect(await verify(dir)).toMatchObject({ archive: { ok: false } })
        const before = await counts(portal)
        expect(await dropArchived(portal.deps, operator, await archiveFolder(dir), months[0])).toMatchObject({
          code: 'archive_broken',
        })
        expect(await counts(portal)).toEqual(before)
      } finally {
        writeFileSync(path, was)
      }
    },
  )

  it('is found out when a file is cut off', async () => {
    const path = join(dir, months[1], 'events.jsonl.gz')
    const was = readFileSync(path)
    writeFileSync(path, was.subarray(0, was.length - 20))
    expect(await verifyArchive(await monthsIn(dir), archiveReader(dir))).toMatchObject({ ok: false })
    writeFileSync(path, was)
  })

  it('is dropped, and the history, the books, the evidence and the page of its payout are still whole', async () => {
    const timeline = await portal.deps.payouts.timeline(oldest!)
    const where = await portal.deps.askFirst.whereWeAre()
    const folder = await archiveFolder(dir)
    expect(await dropArchived(portal.deps, operator, folder, months[0])).toMatchObject({
      ...{ ok: true, events: timeline.length, callbacks: 1 },
    })
    expect(await portal.deps.payouts.timeline(oldest!)).toEqual([])
    // Run again, it finds nothing.
    expect(await dropArchived(portal.deps, operator, folder, months[0])).toMatchObject({
      ok: true,
      events: 0,
    })

    expect((await portal.deps.ledger.check()).wrong).toEqual([])
    const alone = await verify()
    expect(alone.proof).toMatchObject({
      firstBroken: null,
      archived: { events: timeline.length, unproven: 1 },
    })
    const both = await verify(dir)
    expect(both).toMatchObject({
      archive: { ok: true },
      proof: { firstBroken: null, archived: { unproven: 0 } },
    })
    const kept = await verifyHistory(portal.deps, operator, {
      kept: anchor,
      files: { months: await monthsIn(dir), read: archiveReader(dir) },
    })
    expect(kept).toMatchObject({ proof: { firstBroken: null, anchors: 2, archived: { unproven: 0 } } })
    const forged = await verifyHistory(portal.deps, operator, {
      kept: { ...anchor, hash: 'x' },
      files: { months: await monthsIn(dir), read: archiveReader(dir) },
    })
    expect(forged).toMatchObject({ proof: { firstBroken: { wrong: 'anchor' } } })

    const page = await showDeskPayout(portal.deps, { ...(await portal.approver()) }, oldest!)
    expect(page).toMatchObject({
      proof: { firstBroken: null },
      archived: { events: timeline.length, months: [{ month: months[0] }] },
    })
    const pack = await takeEvidence(portal.deps, { ...(await portal.approver()), role: 'auditor' } as Actor, {
      id: oldest!,
    })
    if (!pack.ok) throw new Error(pack.code)
    expect(verifyPack(Buffer.from(pack.text), pack.seal)).toMatchObject({
      ok: true,
      status: 'paid',
      events: 0,
    })
    expect(JSON.parse(pack.text)).toMatchObject({
      archived: { months: [{ month: months[0] }], status: 'paid' },
    })

    // A worker that compares its marker with the database doesn't take it for a restored one.
    expect(await portal.deps.askFirst.whereWeAre()).toEqual(where)
    const last = timeline.at(-1)!
    expect(await portal.deps.askFirst.newestOf([oldest!])).toMatchObject([{ id: last.id }])
    const [mark] = await portal.deps.askFirst.newestOf([oldest!])
    expect(await portal.deps.askFirst.missing([mark!])).toEqual([])
    expect((await portal.deps.callbackInbox.missedOn('2001-01-01', 10)).length).toBe(0)
  })

  it('goes on in the database where its payout’s chain ended', async () => {
    await noteEvent(portal.prisma, oldest!, { kind: 'stranger' }, { kind: 'receiver_returned' })
    expect((await portal.deps.history.verifyPayout(oldest!)).firstBroken).toBeNull()
    expect((await verify(dir)).proof.firstBroken).toBeNull()
    const pack = await takeEvidence(portal.deps, { ...(await portal.approver()), role: 'auditor' } as Actor, {
      id: oldest!,
    })
    expect(pack.ok && verifyPack(Buffer.from(pack.text))).toMatchObject({ ok: true, events: 1 })
  })

  it.each([
    [
      'a payout’s status',
      `UPDATE payout SET status = 'failed' WHERE id = $1`,
      `UPDATE payout SET status = 'paid' WHERE id = $1`,
    ],
    [
      'the end that was kept',
      `UPDATE payout_archived SET last_hash = 'x' || last_hash WHERE payout_id = $1`,
      `UPDATE payout_archived SET last_hash = substr(last_hash, 2) WHERE payout_id = $1`,
    ],
  ])('shows when somebody changes %s', async (_what, change, back) => {
    const run = (text: string) =>
      portal.prisma.$transaction(async (tx) => {
        await tx.$executeRawUnsafe('SET LOCAL session_replication_role = replica')
        await tx.$executeRawUnsafe(text.replace('$1', `'${oldest}'`))
      })
    await run(change)
    const { proof, archive } = await verify(dir)
    await run(back)
    expect(proof.firstBroken ?? archive).not.toMatchObject({ ok: true })
    expect(proof.firstBroken).toMatchObject({ payoutId: oldest })
    expect((await verify(dir)).proof.firstBroken).toBeNull()
  })

  it('is exported as what was kept of it, and the export verifies', async () => {
    await dropArchived(portal.deps, operator, await archiveFolder(dir), months[1])
    const files = new Map<string, string[]>()
    const made = await exportInstallation(portal.deps, operator, {
      ...{ openAccounts: false, why: '' },
      write: (name, lines) => {
        files.set(name, [...(files.get(name) ?? []), ...lines])
        return Promise.resolve()
      },
    })
    if (!made.ok) throw new Error(made.code)
    const read = (name: string) => Readable.from(files.get(name) ?? []) as AsyncIterable<string>
    expect(await verifyExport(made.text, read)).toMatchObject({ ok: true })
    expect(await verifyExport(made.text.replace('payout_archived', 'payout'), read)).toMatchObject({
      ok: false,
    })
    expect(await verify(dir)).toMatchObject({
      archive: { ok: true, months: 2 },
      proof: { firstBroken: null },
    })
  })

  it('is where the next anchors begin, so that they need no files', async () => {
    await portal.prisma.$transaction(async (tx) => {
      await tx.$executeRawUnsafe('SET LOCAL session_replication_role = replica')
      await tx.$executeRaw`UPDATE history_anchor SET day = day - 1`
    })
    const made = await eventually(async () => (await portal.deps.history.anchor()) ?? 'others write', 60_000)
    expect(made.anchor.after).toMatchObject({ root: (await portal.deps.archive.list()).at(-1)?.root })
    expect((await verify()).proof).toMatchObject({ firstBroken: null, anchors: 2, archived: { unproven: 1 } })
    expect((await verify(dir)).proof).toMatchObject({ firstBroken: null, archived: { unproven: 0 } })
    expect((await portal.deps.payouts.timeline(young!)).length).toBeGreaterThan(5)
  })
})

describe('a command that is killed', () => {
  let portal: Portal
  let database: TestDatabase
  let id: string
  let month: string
  let dir: string
  let rival: pg.Client
  beforeAll(async () => {
    ;({ portal, database } = await newPortal())
    id = await paidMonthsAgo(portal, 12, 5_000)
    month = await monthAgo(portal, 12)
    await paidMonthsAgo(portal, 1)
    await settle(portal)
    dir = mkdtempSync(join(tmpdir(), 'archive-'))
    rival = new pg.Client({ connectionString: database.directUrl ?? database.url })
    await rival.connect()
  }, 90_000)
  afterAll(async () => {
    await rival.end()
    await portal.close()
    rmSync(dir, { recursive: true })
  })

  const command = (...args: string[]) => {
    const child = spawn(process.execPath, ['lib/cli/admin.ts', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...{
          NODE_ENV: 'test',
          PATH: process.env['PATH'] ?? '',
          NODE_COMPILE_CACHE: 'node_modules/.cache/compiled',
        },
        ...{
          DATABASE_URL: database.directUrl ?? database.url,
          APP_URL: 'http://localhost:3000',
          AUTH_SECRET: 'x'.repeat(32),
        },
        ...{
          CARDZO_API_URL: 'http://127.0.0.1:1/paynet',
          CARDZO_ENDPOINT_ID: '39915',
          CARDZO_LOGIN: 'merchant',
        },
        ...{
          CARDZO_PRIVATE_KEY_FILE: '/nowhere/merchant.pem',
          CARDZO_CURRENCIES: 'EUR',
          CARDZO_REQUIRED_FIELDS: 'account_number',
        },
      },
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part: Buffer) => (said += part.toString()))
    const ended = new Promise<{ code: number | null; said: string }>((done) =>
      child.once('exit', (code) => done({ code, said })),
    )
    return { child, ended, said: () => said }
  }
  /** Kills the command once it waits for what the rival has, at this statement. */
  const killedAt = async (statement: string, ...args: string[]) => {
    const one = command(...args)
    await expect
      .poll(
        async () =>
          (
            await portal.prisma.$queryRaw<unknown[]>`
              SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE ${`%${statement}%`}
                AND datname = current_database() AND pid <> pg_backend_pid()`
          ).length,
        { timeout: 60_000, message: one.said() },
      )
      .toBeGreaterThan(0)
    one.child.kill('SIGKILL')
    await one.ended
    // Its connection dies with the machine that it ran on; otherwise the statement that waits would still be done.
    await portal.prisma.$queryRaw`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`
    await rival.query('ROLLBACK')
  }
  const isWhole = async () => (await portal.deps.history.verify()).firstBroken === null

  it('loses nothing while it writes the files, and starts them over', async () => {
    await rival.query('BEGIN; LOCK TABLE callback IN ACCESS EXCLUSIVE MODE')
    await killedAt('FROM callback t', 'archive', '--to', dir)
    expect(readdirSync(dir)).toEqual([`${month}.part`])
    expect(await portal.deps.archive.list()).toEqual([])
    expect(await isWhole()).toBe(true)
  }, 90_000)

  it('loses nothing between the files and the database’s note of them, and goes on with the same files', async () => {
    await rival.query('BEGIN; LOCK TABLE history_archive IN SHARE MODE')
    await killedAt('INSERT INTO history_archive', 'archive', '--to', dir)
    expect(readdirSync(dir)).toEqual([month])
    expect(await portal.deps.archive.list()).toEqual([])
    const manifest = readFileSync(join(dir, month, 'manifest.json'), 'utf8')
    const again = await command('archive', '--to', dir).ended
    expect(again).toMatchObject({ code: 0 })
    expect(readFileSync(join(dir, month, 'manifest.json'), 'utf8')).toBe(manifest)
    expect(await portal.deps.archive.list()).toMatchObject([{ month, droppingAt: null }])
  }, 90_000)

  it('loses nothing while it deletes, and deletes the rest when it is run again', async () => {
    const before = await portal.prisma.payoutEvent.count({ where: { payoutId: id } })
    // The rival holds an event of the last piece.
    await rival.query('BEGIN')
    await rival.query(
      'SELECT FROM payout_event WHERE id = (SELECT max(id) FROM payout_event WHERE payout_id = $1) FOR UPDATE',
      [id],
    )
    await killedAt('DELETE FROM payout_event', 'archive:drop', '--from', dir, '--month', month)
    await expect.poll(() => portal.prisma.payoutEvent.count({ where: { payoutId: id } })).toBe(before - 4_000)
    expect(await portal.deps.archive.ofPayout(id)).toMatchObject({ events: 4_000, months: [{ month }] })
    expect(await isWhole()).toBe(true)
    expect((await portal.deps.ledger.check()).wrong).toEqual([])
    // Also now the database lets go of nothing whose payout's end it doesn't have, and keeps no other end.
    await expect(portal.prisma.$executeRaw`DELETE FROM payout_event`).rejects.toThrow('only ever added to')
    await expect(portal.prisma.$executeRaw`UPDATE payout_archived SET last_hash = 'x'`).rejects.toThrow(
      'no event of the payout',
    )
    await expect(portal.prisma.$executeRaw`DELETE FROM payout_archived`).rejects.toThrow('never deleted')
    const files = { months: await monthsIn(dir), read: archiveReader(dir) }
    expect(await verifyHistory(portal.deps, operator, { files })).toMatchObject({
      archive: { ok: true },
      proof: { firstBroken: null },
    })
    const rest = await command('archive:drop', '--from', dir, '--month', month).ended
    expect(rest).toMatchObject({ code: 0 })
    expect(JSON.parse(rest.said)).toMatchObject({ ok: true, events: before - 4_000 })
    expect(await portal.prisma.payoutEvent.count({ where: { payoutId: id } })).toBe(0)
    expect(await portal.deps.archive.list()).toMatchObject([{ droppedAt: expect.any(Date) as Date }])
    expect(await verifyHistory(portal.deps, operator, { files })).toMatchObject({
      archive: { ok: true },
      proof: { firstBroken: null },
    })
    expect(existsSync(join(dir, month, 'events.jsonl.gz'))).toBe(true)
  }, 90_000)

  it('tells what the files have of one payout, and verifies them, without a database', async () => {
    const shown = await command('archive:show', '--from', dir, '--id', id).ended
    const { events } = JSON.parse(shown.said) as { events: { kind: string }[] }
    expect(events.length).toBeGreaterThan(5_000)
    expect(events[0]).toMatchObject({ kind: 'requested', month })
    const verified = await command('archive:verify', '--from', dir).ended
    expect(JSON.parse(verified.said)).toMatchObject({ ok: true, months: 1, payouts: 1, callbacks: 1 })
  }, 60_000)
})
