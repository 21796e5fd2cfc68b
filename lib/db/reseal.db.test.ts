import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Actor } from '#lib/payouts/permissions.ts'
import { contentHash } from '#lib/services/content-hash.ts'
import type { Deps, DestinationDraft } from '#lib/services/ports.ts'
import { sealAtStart } from '#lib/services/reseal.ts'
import { createTestPortal, sampleRequest, seen } from '#lib/services/testing/portal.ts'
import { approvePayout } from '#lib/services/approve-payout.ts'
import { createDestinationStore } from './destination-store.ts'
import { createPayoutStore } from './payout-store.ts'
import { createSecondFactorStore } from './second-factor-store.ts'
import { reseal } from './reseal.ts'
import { createVault } from './vault.ts'
import type { Vault } from './vault.ts'

const account = 'DE89370400440532013000'
const operator: Actor = { kind: 'operator', name: 'test' }
const hooks = { enqueueMail: () => Promise.resolve() }
/** The portal's own vault in tests. */
const testKey = { id: 'test', key: Buffer.alloc(32, 7) }
/** `te_t` as a pattern would match `test` too. */
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
})

type Stored = {
  destination: unknown
  destination_sealed: string | null
  destination_print: string | null
  content_hash: string
  version: number
  updated_at: Date
}
async function row(id: string): Promise<Stored> {
  const [found] = await portal.prisma.$queryRaw<Stored[]>`
    SELECT destination, destination_sealed, destination_print, content_hash, version, updated_at FROM payout WHERE id = ${id}::uuid`
  if (!found) throw new Error('no row')
  return found
}

/** As an older version left it: readable, without print and hash; its approvals without hash too. */
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
  await portal.prisma.user.create({
    data: { id, email: `${id}@example.com`, name: 'n', role: 'approver', totpSecret: secret },
  })
  return id
}

describe('rows of an older version', () => {
  it('are sealed, printed and given their hash; neither version, history nor anything else changes', async () => {
    const id = await portal.ask()
    const before = await portal.payout(id)
    const { updated_at: updatedAt } = await row(id)
    await makeOld(id)
    const events = await portal.deps.payouts.timeline(id)
    expect(await portal.payout(id)).toMatchObject({ destination: before.destination, contentHash: '' })

    const told = await portal.deps.destinations.reseal(10)

    expect(told).toMatchObject({ payouts: 1, unreadable: 0 })
    expect(await row(id)).toMatchObject({
      destination: null,
      destination_sealed: expect.stringMatching(/^v1\.test\./) as string,
      destination_print: expect.stringMatching(/./) as string,
      content_hash: before.contentHash,
      version: before.version,
      updated_at: updatedAt,
    })
    expect(await portal.payout(id)).toEqual(before)
    expect(await portal.deps.payouts.timeline(id)).toEqual(events)
    expect(await portal.deps.destinations.reseal(10)).toMatchObject({ payouts: 0, unreadable: 0 })
  })

  it('keep the approvals that were given before, which the worker then pays', async () => {
    const id = await portal.ask()
    const worker = portal.startWorker()
    const waiting = await portal.until(id, 'awaiting_approval')
    await worker.stop()
    await approvePayout(portal.deps, await portal.approver(), seen(waiting))
    await makeOld(id)
    await sealAtStart(portal.deps, new AbortController().signal)
    const [approval] = await portal.deps.approvals.forPayouts([id])
    expect(approval).toMatchObject({ contentHash: waiting.contentHash, counts: true })
    const next = portal.startWorker()
    expect(await portal.until(id, 'paid')).toMatchObject({ contentHash: waiting.contentHash })
    expect(await portal.items(id)).toEqual([])
    await next.stop()
  })

  it('can be told from changed ones: the database takes no other content, hash or emptiness', async () => {
    const id = await portal.ask()
    await makeOld(id)
    const change = (set: string) =>
      portal.prisma.$executeRawUnsafe(`UPDATE payout SET ${set} WHERE id = '${id}'`)
    await expect(change(`destination = '{"account_number":"other"}'`)).rejects.toThrow()
    await expect(change('destination = NULL')).rejects.toThrow()
    await expect(change(`destination = NULL, destination_sealed = 'v1.test.a.b.c'`)).rejects.toThrow()
    await portal.deps.destinations.reseal(10)
    await expect(change(`destination = '{"account_number":"other"}'`)).rejects.toThrow()
    await expect(change(`content_hash = 'other'`)).rejects.toThrow()
    await expect(change('destination_sealed = NULL')).rejects.toThrow()
  })

  it('are sealed in batches, each once, by two processes at the same time', async () => {
    const ids: string[] = []
    for (let index = 0; index < 7; index++) ids.push(await portal.ask())
    for (const id of ids) await makeOld(id)
    const told = await Promise.all([portal.deps.destinations.reseal(2), portal.deps.destinations.reseal(3)])
    expect(told.reduce((sum, { payouts }) => sum + payouts, 0)).toBe(7)
    for (const id of ids)
      expect(contentHash(await portal.payout(id))).toBe((await portal.payout(id)).contentHash)
  })

  it('stay readable when the process is stopped in between, and are done by the next', async () => {
    const ids = [await portal.ask(), await portal.ask(), await portal.ask()]
    for (const id of ids) await makeOld(id)
    const vault = createVault([testKey])
    let sealed = 0
    const mortal: Vault = {
      ...vault,
      seal(text, place) {
        sealed += 1
        if (sealed > 2) throw new Error('killed')
        return vault.seal(text, place)
      },
    }
    await expect(reseal(portal.prisma, mortal, 10)).rejects.toThrow('killed')
    for (const id of ids)
      expect((await portal.payout(id)).destination).toMatchObject(sampleRequest.destination)
    const stopping = new AbortController()
    stopping.abort()
    expect(await portal.deps.destinations.reseal(1, stopping.signal)).toMatchObject({ payouts: 0 })
    expect(await portal.deps.destinations.reseal(1)).toMatchObject({ payouts: 1 })
    for (const id of ids) expect(await row(id)).toMatchObject({ destination: null })
  })

  it('have their second factors sealed too', async () => {
    const id = await userWith('JBSWY3DPEHPK3PXP')
    expect(await portal.deps.destinations.reseal(10)).toMatchObject({ secondFactors: 1 })
    const user = await portal.prisma.user.findUniqueOrThrow({ where: { id } })
    expect(user.totpSecret).not.toContain('JBSWY3DPEHPK3PXP')
    expect(await storesWith(createVault([testKey])).factors.secretOf(id)).toMatchObject({
      secret: 'JBSWY3DPEHPK3PXP',
    })
  })
})

describe('a key that is replaced', () => {
  let payoutId: string
  let receiver: string
  let destinationId: string
  let userId: string
  beforeEach(async () => {
    payoutId = await portal.ask()
    receiver = await receiverId()
    destinationId = (await portal.deps.destinations.save(draft(receiver), operator)).destination.id
    userId = await userWith('JBSWY3DPEHPK3PXP')
    await portal.deps.destinations.reseal(100)
  })

  it('goes when everything is sealed under the new one, and nothing is lost', async () => {
    const before = await portal.payout(payoutId)
    const told = await reseal(portal.prisma, rotated, 2)
    expect(told).toMatchObject({ unreadable: 0 })
    expect(told.payouts).toBeGreaterThan(0)
    expect(told.destinations).toBeGreaterThan(0)
    const { payouts, destinations, factors } = storesWith(onlyFresh)
    expect(await payouts.find(payoutId)).toEqual(before)
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
    expect(await reseal(portal.prisma, rotated, 100)).toMatchObject({
      payouts: 0,
      destinations: 0,
      secondFactors: 0,
    })
    await reseal(portal.prisma, createVault([testKey, freshKey]), 100)
  })

  it('still finds the accounts it has printed, until then', async () => {
    const { destinations } = storesWith(rotated)
    expect(await destinations.save(draft(receiver), operator)).toMatchObject({ made: false })
  })

  it('makes one of an account that a process without the new key saved a second time', async () => {
    await reseal(portal.prisma, rotated, 100)
    // Knows the old key alone, and so does not recognise it.
    const late = await storesWith(createVault([testKey])).destinations.save(draft(receiver), operator)
    expect(late.made).toBe(true)
    await storesWith(createVault([testKey])).destinations.makeDefault(late.destination.id, operator)
    await reseal(portal.prisma, rotated, 100)
    const { destinations } = storesWith(onlyFresh)
    expect(await destinations.ofReceiver(receiver)).toMatchObject([{ id: destinationId, isDefault: true }])
    expect(await destinations.find(late.destination.id)).toMatchObject({
      fields: { account_number: account },
      removedAt: expect.any(Date) as Date,
    })
    await reseal(portal.prisma, createVault([testKey, freshKey]), 100)
  })

  it('that was taken away too early: its rows are counted and left alone, lists go on, and it can come back', async () => {
    const sealed = await row(payoutId)
    const told = await reseal(portal.prisma, onlyFresh, 2)
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

  it('says loudly at the start of a worker which rows can not be read', async () => {
    const said: unknown[] = []
    const log: Deps['log'] = {
      info: () => undefined,
      warn: () => undefined,
      error: (facts, message) => said.push({ facts, message }),
    }
    const { destinations } = storesWith(onlyFresh)
    await sealAtStart({ destinations, log }, new AbortController().signal)
    expect(said).toMatchObject([
      {
        message: expect.stringContaining('DATA_KEYS') as string,
        facts: { firstUnreadable: expect.arrayContaining([expect.stringMatching(/^payout:/)]) as string[] },
      },
    ])
    expect(JSON.stringify(said)).not.toContain(account)
  })
})
