/** Resealing, on rows of older versions and under changing keys. One file, because each part makes such rows with the same helpers. */
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Actor } from '#lib/payouts/permissions.ts'
import { contentOf, isContentHash } from '#lib/services/payout/content-hash.ts'
import { readRequest } from '#lib/services/payout/read-request.ts'
import { requestHash } from '#lib/services/payout/request-hash.ts'
import { createPayout } from '#lib/services/payout/create-payout.ts'
import { workPayout } from '#lib/services/order/work-payout.ts'
import { payoutRequestSchema } from '#lib/contract/payout.ts'
import type { Deps, DestinationDraft } from '#lib/services/ports.ts'
import { sealAtStart } from '#lib/services/seal/reseal.ts'
import { createTestPortal, sampleRequest, seen, system } from '#lib/services/testing/portal.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { createDestinationStore } from '#lib/db/destination/destination-store.ts'
import { createPayoutStore } from '#lib/db/payout/payout-store.ts'
import { createSecondFactorStore } from '#lib/db/sign-in/second-factor-store.ts'
import { createSealStore } from './reseal.ts'
import { createVault } from './vault.ts'
import type { Vault } from './vault.ts'

/** What an approver sees, and a reason: each test asks for the same again. */
const approving = (payout: Parameters<typeof seen>[0]) => ({ ...seen(payout), note: 'Another test.' })

const account = 'DE89370400440532013000'
const operator: Actor = { kind: 'operator', name: 'test' }
const hooks = { enqueueMail: () => Promise.resolve() }
/** The portal's own vault in tests. */
const testKey = { id: 'test', key: Buffer.alloc(32, 7) }
/** As a pattern, `te_t` would match `test` too. */
const freshKey = { id: 'te_t', key: randomBytes(32) }
const rotated = createVault([freshKey, testKey])
const onlyFresh = createVault([freshKey])

let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  portal = await createTestPortal()
})
afterAll(() => portal.close())

const storesWith = (vault: Vault) => ({
  payouts: createPayoutStore(portal.prisma, hooks, vault),
  destinations: createDestinationStore(portal.prisma, hooks, vault),
  factors: createSecondFactorStore(portal.prisma, vault),
  seals: createSealStore(portal.prisma, vault),
})

async function isIntact(id: string): Promise<boolean> {
  const payout = await portal.payout(id)
  return isContentHash(portal.deps.vault, payout.contentHash, payout)
}

type Stored = {
  destination: unknown
  destination_sealed: string | null
  destination_print: string | null
  content_hash: string
  request_hash: string
  version: number
  updated_at: Date
}
async function row(id: string): Promise<Stored> {
  const [found] = await portal.prisma.$queryRaw<Stored[]>`
    SELECT destination, destination_sealed, destination_print, content_hash, request_hash, version, updated_at FROM payout WHERE id = ${id}::uuid`
  if (!found) throw new Error('no row')
  return found
}

/** As a version without keyed hashes left it. */
const unkeyed = (text: string) => createHash('sha256').update(text).digest('hex')

const requestOf = (body: object) => requestHash(readRequest(payoutRequestSchema.parse(body)))

async function makeUnkeyed(id: string, body: object = sampleRequest): Promise<void> {
  const hash = unkeyed(contentOf(await portal.payout(id)))
  await unguarded(async () => {
    await portal.prisma.$executeRaw`UPDATE approval SET content_hash = ${hash} WHERE payout_id = ${id}::uuid`
    await portal.prisma.$executeRaw`
      UPDATE payout SET content_hash = ${hash}, request_hash = ${requestOf(body)} WHERE id = ${id}::uuid`
  })
}

/** As an older version left it: unsealed, without print and hash, with approvals without hash. */
async function makeOld(id: string): Promise<void> {
  const fields = JSON.stringify((await portal.payout(id)).destination)
  await unguarded(async () => {
    await portal.prisma.$executeRaw`
      UPDATE payout SET destination = ${fields}::jsonb, destination_sealed = NULL, destination_print = NULL, content_hash = ''
      WHERE id = ${id}::uuid`
    await portal.prisma.$executeRaw`UPDATE approval SET content_hash = '' WHERE payout_id = ${id}::uuid`
  })
}

async function unguarded(change: () => Promise<void>): Promise<void> {
  const triggers = [
    ['payout', 'payout_guard'],
    ['approval', 'approval_guard'],
    ['payout', 'approval_follows_content'],
    ['payout', 'payout_stays_sealed'],
    ['app_user', 'app_user_only_sealed'],
  ] as const
  for (const [table, trigger] of triggers)
    await portal.prisma.$executeRawUnsafe(`ALTER TABLE ${table} DISABLE TRIGGER ${trigger}`)
  await change()
  for (const [table, trigger] of triggers)
    await portal.prisma.$executeRawUnsafe(`ALTER TABLE ${table} ENABLE TRIGGER ${trigger}`)
}

async function receiverId(): Promise<string> {
  const id = randomUUID()
  await portal.prisma.receiver.create({ data: { id, externalId: id, firstName: 'Ada' } })
  return id
}

const draft = (receiver: string, more: Partial<DestinationDraft> = {}): DestinationDraft => ({
  id: randomUUID(),
  receiverId: receiver,
  label: 'Mine',
  fields: { account_number: account, bank_name: 'Example Bank' },
  coolingOffH: 0,
  mails: [],
  ...more,
})

async function userWith(secret: string): Promise<string> {
  const id = randomUUID()
  await unguarded(async () => {
    await portal.prisma.user.create({
      data: { id, email: `${id}@example.com`, name: 'n', role: 'approver', totpSecret: secret },
    })
  })
  return id
}

describe('rows of an older version', () => {
  it('are sealed, printed and hashed, and nothing else changes, neither version nor history', async () => {
    const id = await portal.ask()
    const before = await portal.payout(id)
    const { updated_at: updatedAt } = await row(id)
    await makeOld(id)
    const events = await portal.deps.payouts.timeline(id)
    expect(await portal.payout(id)).toMatchObject({ destination: {}, destinationTrouble: 'unsealed' })

    const told = await portal.deps.seals.reseal(10)

    expect(told).toMatchObject({ payouts: 1, unreadable: 0 })
    expect(await row(id)).toMatchObject({
      destination: null,
      destination_sealed: expect.stringMatching(/^v1\.test\./) as string,
      destination_print: expect.stringMatching(/./) as string,
      content_hash: before.contentHash,
      version: before.version,
      updated_at: updatedAt,
    })
    expect(await portal.payout(id)).toEqual({ ...before, requestHash: expect.any(String) as string })
    expect(await portal.deps.payouts.timeline(id)).toEqual(events)
    expect(await portal.deps.seals.reseal(10)).toMatchObject({ payouts: 0, unreadable: 0 })
  })

  it('keep their earlier approvals, so that the worker pays them', async () => {
    const id = await portal.ask()
    const worker = portal.startWorker()
    const waiting = await portal.until(id, 'awaiting_approval')
    await worker.stop()
    await approvePayout(portal.deps, await portal.approver(), approving(waiting))
    await makeOld(id)
    await sealAtStart(portal.deps, new AbortController().signal)
    const [approval] = await portal.deps.approvals.forPayouts([id])
    expect(approval).toMatchObject({ contentHash: waiting.contentHash, counts: true })
    const next = portal.startWorker()
    expect(await portal.until(id, 'paid')).toMatchObject({ contentHash: waiting.contentHash })
    expect(await portal.items(id)).toEqual([])
    await next.stop()
  })

  it('are protected from changes: the database accepts no other content, hash or blank', async () => {
    const id = await portal.ask()
    await makeOld(id)
    const change = (set: string) =>
      portal.prisma.$executeRawUnsafe(`UPDATE payout SET ${set} WHERE id = '${id}'`)
    await expect(change(`destination = '{"account_number":"other"}'`)).rejects.toThrow()
    await expect(change('destination = NULL')).rejects.toThrow()
    await expect(change(`destination = NULL, destination_sealed = 'v1.test.a.b.c'`)).rejects.toThrow()
    await portal.deps.seals.reseal(10)
    await expect(change(`destination = '{"account_number":"other"}'`)).rejects.toThrow()
    await expect(change(`content_hash = 'other'`)).rejects.toThrow()
    await expect(change('destination_sealed = NULL')).rejects.toThrow()
  })

  it('are sealed in batches, each once, by two processes at once', async () => {
    const ids: string[] = []
    for (let index = 0; index < 7; index++) ids.push(await portal.ask())
    for (const id of ids) await makeOld(id)
    const told = await Promise.all([portal.deps.seals.reseal(2), portal.deps.seals.reseal(3)])
    expect(told.reduce((sum, { payouts }) => sum + payouts, 0)).toBe(7)
    for (const id of ids) expect(await isIntact(id)).toBe(true)
  })

  it('stay readable when the process stops in between, and the next one continues', async () => {
    const ids = [await portal.ask(), await portal.ask(), await portal.ask()]
    for (const id of ids) await makeOld(id)
    const vault = createVault([testKey])
    let sealed = 0
    const mortal: Vault = {
      ...vault,
      seal(text, place) {
        sealed += 1
        if (sealed > 4) throw new Error('killed')
        return vault.seal(text, place)
      },
    }
    await expect(createSealStore(portal.prisma, mortal).reseal(10)).rejects.toThrow('killed')
    for (const id of ids)
      expect((await row(id)).destination ?? (await portal.payout(id)).destination).toMatchObject(
        sampleRequest.destination,
      )
    const stopping = new AbortController()
    stopping.abort()
    expect(await portal.deps.seals.reseal(1, stopping.signal)).toMatchObject({ payouts: 0 })
    expect(await portal.deps.seals.reseal(1)).toMatchObject({ payouts: 1 })
    for (const id of ids) expect(await row(id)).toMatchObject({ destination: null })
  })

  it('have their second factors sealed too', async () => {
    const id = await userWith('JBSWY3DPEHPK3PXP')
    expect(await portal.deps.seals.reseal(10)).toMatchObject({ secondFactors: 1 })
    const user = await portal.prisma.user.findUniqueOrThrow({ where: { id } })
    expect(user.totpSecret).not.toContain('JBSWY3DPEHPK3PXP')
    expect(await storesWith(createVault([testKey])).factors.secretOf(id)).toMatchObject({
      secret: 'JBSWY3DPEHPK3PXP',
    })
  })
})

describe('what must be sealed', () => {
  it('can’t be written unsealed by any statement', async () => {
    const id = await portal.ask()
    const user = await userWith('JBSWY3DPEHPK3PXP')
    const mailId = randomUUID()
    await portal.prisma.mail.create({
      data: { id: mailId, dedupeKey: mailId, recipient: 'a@b.example', subject: 's', text: 'v1.x' },
    })
    const copy = (set: string) =>
      `INSERT INTO payout SELECT (jsonb_populate_record(p, ${set})).* FROM payout p WHERE id = '${id}'`
    const readable = [
      copy(`'{"id":"${randomUUID()}","destination":{"account_number":"1"}}'`),
      copy(`'{"id":"${randomUUID()}","content_hash":"${'a'.repeat(64)}"}'`),
      copy(`'{"id":"${randomUUID()}","request_hash":"${'a'.repeat(64)}"}'`),
      `UPDATE payout SET destination = '{}' WHERE id = '${id}'`,
      `UPDATE payout SET destination_sealed = 'x' WHERE id = '${id}'`,
      `UPDATE payout SET destination_sealed = 'v1.x', content_hash = 'x' WHERE id = '${id}'`,
      `UPDATE payout SET destination_sealed = 'v1.x', request_hash = 'x' WHERE id = '${id}'`,
      `UPDATE app_user SET totp_secret = 'GEZDGNBVGY3TQOJQ' WHERE id = '${user}'`,
      `INSERT INTO app_user (id, email, name, role, totp_secret) VALUES ('${randomUUID()}', 'x', 'x', 'clerk', 'GEZDGNBVGY3TQOJQ')`,
      `INSERT INTO mail (id, dedupe_key, recipient, subject, text) VALUES ('${randomUUID()}', 'x', 'x', 'x', 'Hello')`,
      `UPDATE mail SET text = 'Hello' WHERE id = '${mailId}'`,
    ]
    for (const text of readable)
      await expect(portal.prisma.$executeRawUnsafe(text), text).rejects.toThrow(/sealed|cannot be changed/)
    await portal.prisma.mail.delete({ where: { id: mailId } })
  })

  it('is not accepted as a second factor while unsealed', async () => {
    const user = await userWith('JBSWY3DPEHPK3PXP')
    await expect(storesWith(createVault([testKey])).factors.secretOf(user)).rejects.toThrow('no seal')
    await portal.deps.seals.reseal(100)
    expect(await storesWith(createVault([testKey])).factors.secretOf(user)).toMatchObject({
      secret: 'JBSWY3DPEHPK3PXP',
    })
  })
})

describe('hashes of requests', () => {
  /** Everything a dump shows of a payout that was requested, approved and paid. */
  async function dumpOf(id: string): Promise<string> {
    const [{ text } = { text: '' }] = await portal.prisma.$queryRaw<{ text: string }[]>`
      SELECT (SELECT row_to_json(p)::text FROM payout p WHERE id = ${id}::uuid)
        || (SELECT json_agg(a)::text FROM approval a WHERE payout_id = ${id}::uuid)
        || (SELECT json_agg(e)::text FROM payout_event e WHERE payout_id = ${id}::uuid)
        || (SELECT coalesce(json_agg(e)::text, '') FROM audit_event e) AS text`
    return text
  }

  async function paid(): Promise<string> {
    const id = await portal.ask()
    const worker = portal.startWorker()
    const waiting = await portal.until(id, 'awaiting_approval')
    await approvePayout(portal.deps, await portal.approver(), approving(waiting))
    await portal.until(id, 'paid')
    await worker.stop()
    return id
  }

  it('reveal nothing about a guessed account number without the key', async () => {
    const id = await paid()
    const dump = await dumpOf(id)
    expect(dump).toContain(id)
    // The right guess, hashed as the row and the request are; in every common spelling of a hash.
    const guesses = [contentOf(await portal.payout(id)), JSON.stringify(sampleRequest)]
    const hashes = [...guesses.map(unkeyed), requestOf(sampleRequest)]
    for (const hash of hashes)
      for (const encoding of ['hex', 'base64', 'base64url'] as const)
        expect(dump).not.toContain(Buffer.from(hash, 'hex').toString(encoding))
  })

  it('of an older version are replaced, with those of all approvals, even voided ones', async () => {
    const id = await paid()
    await unguarded(async () => {
      await portal.prisma.$executeRaw`
        INSERT INTO approval (id, payout_id, content_hash, order_id, approver_id, approver_name, person_id, amount_minor, currency, voided_at)
        SELECT gen_random_uuid(), payout_id, content_hash, order_id, approver_id, approver_name, person_id, amount_minor, currency, now()
        FROM approval WHERE payout_id = ${id}::uuid`
    })
    await makeUnkeyed(id)
    const before = await row(id)
    expect(await portal.payout(id)).toMatchObject({ destinationTrouble: 'unsealed' })
    expect(await portal.deps.seals.reseal(10)).toMatchObject({ payouts: 1, unreadable: 0 })
    expect(await row(id)).toMatchObject({
      content_hash: expect.stringMatching(/^f1\.test\./) as string,
      request_hash: expect.stringMatching(/^v1\.test\./) as string,
      version: before.version,
      updated_at: before.updated_at,
    })
    expect(await isIntact(id)).toBe(true)
    const approvals = await portal.deps.approvals.forPayouts([id])
    expect(approvals).toHaveLength(2)
    expect(new Set(approvals.map(({ contentHash }) => contentHash))).toEqual(
      new Set([(await row(id)).content_hash]),
    )
    const dump = await dumpOf(id)
    expect(dump).not.toContain(before.content_hash)
    expect(dump).not.toContain(before.request_hash)
    expect(await portal.deps.seals.reseal(10)).toMatchObject({ payouts: 0 })
  })

  it('let payouts approved before the upgrade be paid, and requests be replayed', async () => {
    const key = randomUUID()
    const id = await portal.ask({}, key)
    const worker = portal.startWorker()
    const waiting = await portal.until(id, 'awaiting_approval')
    await worker.stop()
    await approvePayout(portal.deps, await portal.approver(), approving(waiting))
    await makeUnkeyed(id)
    const again = (body: object) => createPayout(portal.deps, system, { idempotencyKey: key, body })
    // Every answer in between is right.
    expect(await again(sampleRequest)).toMatchObject({ ok: false, code: 'unavailable' })
    await sealAtStart(portal.deps, new AbortController().signal)
    const next = portal.startWorker()
    await portal.until(id, 'paid')
    await next.stop()
    expect(await portal.items(id)).toEqual([])
    expect(await again(sampleRequest)).toMatchObject({ ok: true, replayed: true, payout: { id } })
    expect(await again({ ...sampleRequest, amount: '100.5' })).toMatchObject({ ok: true, replayed: true })
    expect(await again({ ...sampleRequest, amount: '100.51' })).toMatchObject({
      code: 'idempotency_key_reused',
    })
  })

  it('of a row that was changed before the upgrade stay wrong', async () => {
    const id = await portal.ask()
    await makeUnkeyed(id)
    await unguarded(async () => {
      await portal.prisma.$executeRaw`UPDATE payout SET amount_minor = 99999 WHERE id = ${id}::uuid`
    })
    await portal.deps.seals.reseal(10)
    expect(await isIntact(id)).toBe(false)
    expect(await portal.payout(id)).toMatchObject({ destinationTrouble: null })
    await unguarded(async () => {
      await portal.prisma.$executeRaw`UPDATE payout SET amount_minor = 10050 WHERE id = ${id}::uuid`
    })
    await portal.deps.seals.reseal(10)
    expect(await isIntact(id)).toBe(false)
  })

  it('change only with a new seal, and an approval’s only with its payout', async () => {
    const id = await paid()
    const sql = (text: string) => portal.prisma.$executeRawUnsafe(text)
    await expect(sql(`UPDATE payout SET content_hash = 'f1.test.x' WHERE id = '${id}'`)).rejects.toThrow()
    await expect(sql(`UPDATE payout SET request_hash = 'v1.test.x' WHERE id = '${id}'`)).rejects.toThrow()
    await expect(sql(`UPDATE approval SET content_hash = 'x' WHERE payout_id = '${id}'`)).rejects.toThrow()
  })
})

describe('prints of an older rule about which fields count', () => {
  it('are made again, on payouts and destinations, so that a destination stays known', async () => {
    const receiver = await receiverId()
    const { id } = (await portal.deps.destinations.save(draft(receiver), operator)).destination
    const payout = await portal.ask()
    const prints = async () => [
      (await row(payout)).destination_print,
      (await portal.prisma.destination.findUniqueOrThrow({ where: { id } })).print,
    ]
    const before = await prints()
    await portal.prisma.$executeRaw`UPDATE destination SET print = 'older' WHERE id = ${id}::uuid`
    await portal.prisma.$executeRaw`UPDATE payout SET destination_print = 'older' WHERE id = ${payout}::uuid`
    expect(await portal.deps.seals.reseal(10)).toMatchObject({ payouts: 1, destinations: 1 })
    expect(await prints()).toEqual(before)
    expect(await portal.deps.destinations.save(draft(receiver), operator)).toMatchObject({ made: false })
  })
})

describe('a replaced key', () => {
  let payoutId: string
  let receiver: string
  let destinationId: string
  let userId: string
  beforeEach(async () => {
    payoutId = await portal.ask()
    receiver = await receiverId()
    destinationId = (await portal.deps.destinations.save(draft(receiver), operator)).destination.id
    userId = await userWith('JBSWY3DPEHPK3PXP')
    await portal.deps.seals.reseal(100)
  })

  it('can go once everything is sealed under the new one, and nothing is lost', async () => {
    const before = await portal.payout(payoutId)
    const told = await createSealStore(portal.prisma, rotated).reseal(2)
    expect(told).toMatchObject({ unreadable: 0 })
    expect(told.payouts).toBeGreaterThan(0)
    expect(told.destinations).toBeGreaterThan(0)
    const { payouts, destinations, factors } = storesWith(onlyFresh)
    expect(await payouts.find(payoutId)).toEqual({
      ...before,
      contentHash: expect.stringMatching(/^f1\.te_t\./) as string,
      requestHash: expect.stringMatching(/^v1\.te_t\./) as string,
    })
    expect(await destinations.find(destinationId)).toMatchObject({
      fields: { account_number: account },
      trouble: null,
    })
    expect(await factors.secretOf(userId)).toMatchObject({ secret: 'JBSWY3DPEHPK3PXP' })
    // Found by its new print.
    expect(await destinations.save(draft(receiver), operator)).toMatchObject({
      made: false,
      destination: { id: destinationId },
    })
    expect(await createSealStore(portal.prisma, rotated).reseal(100)).toMatchObject({
      payouts: 0,
      destinations: 0,
      secondFactors: 0,
      phrases: 0,
      endpoints: 0,
      batchRows: 0,
      importParts: 0,
    })
    await createSealStore(portal.prisma, createVault([testKey, freshKey])).reseal(100)
  })

  it('keeps approvals and replays before, during and after resealing', async () => {
    const key = randomUUID()
    const id = await portal.ask({}, key)
    const worker = portal.startWorker()
    const shown = await portal.until(id, 'awaiting_approval')
    await worker.stop()
    const depsWith = (vault: Vault): Deps => ({
      ...portal.deps,
      vault,
      payouts: createPayoutStore(portal.prisma, hooks, vault),
    })
    const replay = (vault: Vault) =>
      createPayout(depsWith(vault), system, { idempotencyKey: key, body: sampleRequest })
    expect(await replay(rotated)).toMatchObject({ ok: true, replayed: true })
    await createSealStore(portal.prisma, rotated).reseal(100)
    expect(await replay(rotated)).toMatchObject({ ok: true, replayed: true })
    expect(await replay(onlyFresh)).toMatchObject({ ok: true, replayed: true })
    expect(await replay(createVault([testKey]))).toMatchObject({ code: 'unavailable' })
    // The page was opened under the old key; the button is pressed under the new one.
    const approver = await portal.approver()
    expect(await approvePayout(depsWith(rotated), approver, approving(shown))).toMatchObject({ ok: true })
    // And back again: approved under one key, paid under the next.
    await createSealStore(portal.prisma, createVault([testKey, freshKey])).reseal(100)
    const [approval] = await portal.deps.approvals.forPayouts([id])
    expect(approval).toMatchObject({ counts: true })
    const next = portal.startWorker()
    await portal.until(id, 'paid')
    await next.stop()
    expect(await portal.items(id)).toEqual([])
    await createSealStore(portal.prisma, createVault([testKey, freshKey])).reseal(100)
  })

  it('does not disturb an approval given during resealing', async () => {
    const ids = [await portal.ask(), await portal.ask(), await portal.ask()]
    const worker = portal.startWorker()
    const waiting = []
    for (const id of ids) waiting.push(await portal.until(id, 'awaiting_approval'))
    await worker.stop()
    const both = { ...portal.deps, vault: rotated, payouts: createPayoutStore(portal.prisma, hooks, rotated) }
    const approver = await portal.approver()
    const [answers] = await Promise.all([
      Promise.all(waiting.map((payout) => approvePayout(both, approver, approving(payout)))),
      createSealStore(portal.prisma, rotated).reseal(1),
    ])
    expect(answers.map(({ ok }) => ok)).toEqual([true, true, true])
    await createSealStore(portal.prisma, rotated).reseal(100)
    for (const { counts } of await portal.deps.approvals.forPayouts(ids)) expect(counts).toBe(true)
    for (const id of ids) {
      await portal.prisma
        .$executeRaw`UPDATE payout_work SET due_at = date_trunc('milliseconds', now()) WHERE payout_id = ${id}::uuid`
    }
    const { leased } = await both.payouts.claimDue('w', 20, 60_000)
    for (const one of leased) await workPayout(both, one)
    for (const id of ids) expect((await both.payouts.find(id))?.payClaimedAt).not.toBeNull()
    await createSealStore(portal.prisma, createVault([testKey, freshKey])).reseal(100)
  })

  it('still finds the destinations it has printed, until then', async () => {
    const { destinations } = storesWith(rotated)
    expect(await destinations.save(draft(receiver), operator)).toMatchObject({ made: false })
  })

  it('merges a destination that a process without the new key saved a second time', async () => {
    await createSealStore(portal.prisma, rotated).reseal(100)
    // Knows only the old key, so it does not recognise the destination.
    const late = await storesWith(createVault([testKey])).destinations.save(draft(receiver), operator)
    expect(late.made).toBe(true)
    await storesWith(createVault([testKey])).destinations.makeDefault(late.destination.id, operator)
    await createSealStore(portal.prisma, rotated).reseal(100)
    const { destinations } = storesWith(onlyFresh)
    expect(await destinations.ofReceiver(receiver)).toMatchObject([{ id: destinationId, isDefault: true }])
    expect(await destinations.find(late.destination.id)).toMatchObject({
      fields: { account_number: account },
      removedAt: expect.any(Date) as Date,
    })
    await createSealStore(portal.prisma, createVault([testKey, freshKey])).reseal(100)
  })

  it('that was removed too early: its rows are counted and left alone, lists still work, and it can come back', async () => {
    const sealed = await row(payoutId)
    const told = await createSealStore(portal.prisma, onlyFresh).reseal(2)
    expect(told.unreadable).toBeGreaterThan(2)
    expect(told.firstUnreadable.length).toBeGreaterThan(0)
    expect(await row(payoutId)).toEqual(sealed)

    const { payouts, destinations } = storesWith(onlyFresh)
    const page = await payouts.list({}, { limit: 100 })
    expect(page.rows.find(({ id }) => id === payoutId)).toMatchObject({
      destination: {},
      destinationTrouble: 'key_missing',
      accountLast4: '3000',
    })
    expect(await destinations.ofReceiver(receiver)).toMatchObject([
      { label: 'Mine', fields: {}, trouble: 'key_missing' },
    ])
    expect(await portal.payout(payoutId)).toMatchObject({
      destination: { account_number: account },
      destinationTrouble: null,
    })
  })

  it('logs an error at the start of a worker, naming rows that can’t be read', async () => {
    const said: unknown[] = []
    const log: Deps['log'] = {
      info: () => undefined,
      warn: () => undefined,
      error: (facts, message) => said.push({ facts, message }),
    }
    const { seals } = storesWith(onlyFresh)
    await sealAtStart({ seals, log }, new AbortController().signal)
    expect(said).toMatchObject([
      {
        message: expect.stringContaining('DATA_KEYS') as string,
        facts: { firstUnreadable: expect.arrayContaining([expect.stringMatching(/^payout:/)]) as string[] },
      },
    ])
    expect(JSON.stringify(said)).not.toContain(account)
  })
})
