/** The ledger by itself: double entry, one grant per reference, immutable, never below zero, provable by one statement. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPrisma } from '#lib/db/engine/client.ts'
import type { PrismaClient } from '#lib/db/engine/client.ts'
import { createTestDatabase, patient } from '#lib/db/testing/database.ts'
import type { GrantDraft } from '#lib/services/ports.ts'
import { createLedgerStore } from './ledger-store.ts'

const operator = { kind: 'operator', name: 'test' } as const

let prisma: PrismaClient
let drop: () => Promise<void>
let ledger: ReturnType<typeof createLedgerStore>

beforeAll(async () => {
  const database = await createTestDatabase()
  drop = database.drop
  prisma = createPrisma(database.url, patient)
  ledger = createLedgerStore(prisma)
})
afterAll(async () => {
  await prisma.$disconnect()
  await drop()
})

const draft = (more: Partial<GrantDraft> = {}): GrantDraft => ({
  id: randomUUID(),
  receiver: { externalId: randomUUID() },
  currency: 'EUR',
  amountMinor: 1000n,
  reference: randomUUID(),
  idempotencyKey: null,
  source: 'operator',
  ...more,
})

async function granted(more: Partial<GrantDraft> = {}) {
  const answer = await ledger.grant(draft(more), operator)
  if (answer.kind !== 'made') throw new Error(answer.kind)
  return answer.grant
}

const balance = async (receiverId: string, currency = 'EUR') =>
  (await ledger.balances(receiverId)).find((one) => one.currency === currency)

/** The document's statement, as a reader would run it. */
const documented = () => {
  const page = readFileSync('docs/balances.md', 'utf8')
  return /```sql\n([^]*?)```/.exec(page)?.[1] ?? ''
}
const unprovable = () => prisma.$queryRawUnsafe<{ receiver_id: string; currency: string }[]>(documented())

describe('a grant', () => {
  it('moves money from granted to available, per currency, and records who and why', async () => {
    const grant = await granted({ amountMinor: 2500n, source: 'desk' })
    await granted({ receiver: { externalId: grant.receiverExternalId }, currency: 'JPY', amountMinor: 7n })
    const rest = { reservedMinor: 0n, paidMinor: 0n, heldMinor: 0n, payableAt: null, payableThenMinor: 0n }
    expect(await ledger.balances(grant.receiverId)).toEqual([
      { currency: 'EUR', grantedMinor: 2500n, availableMinor: 2500n, ...rest },
      { currency: 'JPY', grantedMinor: 7n, availableMinor: 7n, ...rest },
    ])
    expect(await ledger.transfers(grant.receiverId, 10)).toMatchObject([
      { kind: 'grant', currency: 'JPY', amountMinor: 7n },
      { kind: 'grant', currency: 'EUR', amountMinor: 2500n, grantId: grant.id, reference: grant.reference },
    ])
    const [event] = await prisma.auditEvent.findMany({ where: { kind: 'granted', subject: grant.id } })
    expect(event).toMatchObject({ actorName: 'test', data: { amountMinor: '2500', currency: 'EUR' } })
  })

  it('is made once per reference, however many ask at once', async () => {
    const wish = { receiver: { externalId: randomUUID() }, reference: randomUUID() }
    const answers = await Promise.all(Array.from({ length: 20 }, () => ledger.grant(draft(wish), operator)))
    expect(answers.map(({ kind }) => kind).sort()).toEqual([...Array<string>(19).fill('existing'), 'made'])
    const ids = new Set(answers.map((answer) => ('grant' in answer ? answer.grant.id : '')))
    expect(ids.size).toBe(1)
    const [receiver] = await ledger.receivers([wish.receiver.externalId])
    expect(await balance(receiver?.id ?? '')).toMatchObject({ grantedMinor: 1000n })
  })

  it.each([
    ['amount', { amountMinor: 1001n }],
    ['currency', { currency: 'USD' }],
    ['receiver', { receiver: { externalId: 'somebody-else' } }],
  ])(
    'under a known reference with another %s is refused, and leaves nothing behind, not even a receiver',
    async (_what, more) => {
      const grant = await granted()
      const same = { receiver: { externalId: grant.receiverExternalId }, reference: grant.reference }
      expect(await ledger.grant(draft({ ...same, ...more }), operator)).toMatchObject({
        kind: 'other',
        by: 'reference',
        grant: { id: grant.id },
      })
      expect(await balance(grant.receiverId)).toMatchObject({ grantedMinor: 1000n })
      expect(await ledger.receivers(['somebody-else'])).toEqual([])
    },
  )

  it('is found by its idempotency key, whatever reference comes with it later', async () => {
    const key = randomUUID()
    const grant = await granted({ idempotencyKey: key })
    const known = await granted({ receiver: { externalId: grant.receiverExternalId } })
    const receiver = { externalId: grant.receiverExternalId }
    for (const reference of [randomUUID(), known.reference])
      expect(await ledger.grant(draft({ receiver, idempotencyKey: key, reference }), operator)).toMatchObject(
        {
          kind: 'other',
          by: 'idempotency_key',
          grant: { id: grant.id },
        },
      )
    expect(await ledger.findGrant({ idempotencyKey: key })).toEqual(grant)
    expect(await balance(grant.receiverId)).toMatchObject({ grantedMinor: 2000n })
  })

  it('changes nothing of a known receiver', async () => {
    const externalId = randomUUID()
    await granted({ receiver: { externalId, email: 'ada@example.com' } })
    const other = draft({ receiver: { externalId, email: 'eve@example.com' } })
    expect(await ledger.grant(other, operator)).toEqual({ kind: 'receiver_mismatch' })
    expect(await ledger.receivers([externalId])).toMatchObject([{ email: 'ada@example.com' }])
  })

  it('takes a receiver’s data from the first request only', async () => {
    const externalId = randomUUID()
    await granted({ receiver: { externalId } })
    const ada = { externalId, email: 'ada@example.com', firstName: 'Ada' }
    await granted({ receiver: ada })
    expect(await ledger.receivers([externalId])).toMatchObject([{ ...ada, lastName: null }])
    const eve = draft({ receiver: { externalId, firstName: 'Eve' } })
    expect(await ledger.grant(eve, operator)).toEqual({ kind: 'receiver_mismatch' })
    // Once a receiver has data, another name is not taken over.
    const nowak = draft({ receiver: { externalId, lastName: 'Nowak' } })
    expect(await ledger.grant(nowak, operator)).toEqual({ kind: 'receiver_mismatch' })
  })

  it('is made with the others of its file, all or none', async () => {
    const externalId = randomUUID()
    const known = await granted({ receiver: { externalId } })
    const drafts = [draft({ receiver: { externalId } }), draft({ receiver: { externalId: randomUUID() } })]
    const again = draft({ receiver: { externalId }, reference: known.reference })
    const wrong = { ...again, amountMinor: 1n }
    expect(await ledger.grantAll([...drafts, wrong], operator)).toEqual({
      kind: 'refused',
      reference: known.reference,
    })
    expect(await ledger.findGrants(drafts.map(({ reference }) => reference))).toEqual([])
    // The same file twice at once: one grant per row.
    const both = await Promise.all([1, 2].map(() => ledger.grantAll([...drafts, again], operator)))
    expect(both.map((answer) => (answer.kind === 'made' ? answer.made : -1)).sort()).toEqual([0, 2])
    expect(await balance(known.receiverId)).toMatchObject({ grantedMinor: 2000n, availableMinor: 2000n })
  })
})

describe('a reversal', () => {
  it('takes a whole grant back once, even if many ask at once, and moves nothing else', async () => {
    const grant = await granted()
    const other = await granted({ receiver: { externalId: grant.receiverExternalId }, amountMinor: 5000n })
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => ledger.reverse(grant.id, 'a slip', operator)),
    )
    expect(answers.sort()).toEqual(['reversed', ...Array<string>(9).fill('reversed_already')])
    expect(await balance(grant.receiverId)).toMatchObject({ grantedMinor: 5000n, availableMinor: 5000n })
    expect((await ledger.findGrant({ id: grant.id }))?.reversedAt).toBeInstanceOf(Date)
    expect((await ledger.findGrant({ id: other.id }))?.reversedAt).toBeNull()
    const events = await prisma.auditEvent.findMany({ where: { kind: 'grant_reversed', subject: grant.id } })
    expect(events.map(({ data }) => data)).toEqual([{ reason: 'a slip' }])
    // The reference still belongs to the grant that was taken back.
    const again = draft({ receiver: { externalId: grant.receiverExternalId }, reference: grant.reference })
    expect(await ledger.grant(again, operator)).toMatchObject({ kind: 'existing' })
    expect(await balance(grant.receiverId)).toMatchObject({ grantedMinor: 5000n })
  })

  it('of an unknown grant does nothing', async () => {
    expect(await ledger.reverse(randomUUID(), 'x', operator)).toBe('not_found')
  })
})

describe('the database', () => {
  it.each(['ledger_transfer', 'grant_row'])('lets nobody change or remove rows of %s', async (table) => {
    const { id } = await granted()
    for (const statement of [
      `UPDATE ${table} SET amount_minor = amount_minor + 1`,
      `DELETE FROM ${table}`,
      `TRUNCATE ${table} CASCADE`,
    ])
      await expect(prisma.$executeRawUnsafe(statement)).rejects.toThrow()
    expect((await ledger.findGrant({ id }))?.amountMinor).toBe(1000n)
  })

  const entry = (receiverId: string, more: Record<string, string>) => {
    const row = {
      receiver_id: `'${receiverId}'`,
      currency: `'EUR'`,
      amount_minor: '1',
      actor_name: `'x'`,
      payout_id: 'NULL',
      grant_id: 'NULL',
      ...more,
    }
    return `INSERT INTO ledger_transfer (${Object.keys(row).join()}) VALUES (${Object.values(row).join()})`
  }

  it('refuses entries without a grant or a payout', async () => {
    const { receiverId, id } = await granted()
    const grant = { kind: `'grant'`, debit: `'granted'`, credit: `'available'` }
    const back = { kind: `'grant_reversal'`, debit: `'available'`, credit: `'granted'` }
    const reserve = { kind: `'reserve'`, debit: `'available'`, credit: `'reserved'` }
    for (const more of [
      grant,
      { ...grant, grant_id: `'${randomUUID()}'` },
      // Another amount than the grant's, and the same grant again.
      { ...back, grant_id: `'${id}'` },
      { ...grant, grant_id: `'${id}'`, amount_minor: '1000' },
      { ...back, grant_id: `'${id}'`, amount_minor: '-1000' },
      { ...reserve },
      { ...reserve, payout_id: `'${randomUUID()}'` },
      { kind: `'reserve'`, debit: `'available'`, credit: `'paid'`, grant_id: `'${id}'` },
    ])
      await expect(prisma.$executeRawUnsafe(entry(receiverId, more)), JSON.stringify(more)).rejects.toThrow()
    // A skipped duplicate moves nothing: the trigger must not fire before the conflict is found.
    await prisma.$executeRawUnsafe(entry(receiverId, { ...back, grant_id: `'${id}'`, amount_minor: '1000' }))
    await granted({ receiver: { externalId: (await ledger.findGrant({ id }))?.receiverExternalId ?? '' } })
    const twice = entry(receiverId, { ...back, grant_id: `'${id}'`, amount_minor: '1000' })
    await prisma.$executeRawUnsafe(`${twice} ON CONFLICT DO NOTHING`)
    expect(await balance(receiverId)).toMatchObject({ grantedMinor: 1000n, availableMinor: 1000n })
  })

  it('keeps every balance above zero and in balance, whoever writes', async () => {
    const { receiverId } = await granted()
    for (const set of [
      'available_minor = -1, granted_minor = -1',
      'available_minor = available_minor + 1',
      'granted_minor = granted_minor - 1',
      'paid_minor = 1',
    ])
      await expect(
        prisma.$executeRawUnsafe(`UPDATE balance SET ${set} WHERE receiver_id = '${receiverId}'`),
      ).rejects.toThrow(/balance_(not_negative|adds_up)/)
  })
})

describe('the statement of docs/balances.md', () => {
  it('proves the sums, and names a balance that was tampered with', async () => {
    const grant = await granted()
    expect(await unprovable()).toEqual([])
    const tamper = async (statement: string) => {
      const undo = new Error('undo')
      let found: unknown[] = []
      await prisma
        .$transaction(async (tx) => {
          await tx.$executeRawUnsafe('SET LOCAL session_replication_role = replica')
          await tx.$executeRawUnsafe(statement)
          found = await tx.$queryRawUnsafe<unknown[]>(documented())
          throw undo
        })
        .catch((error: unknown) => {
          if (error !== undo) throw error
        })
      return found
    }
    const receiver = `receiver_id = '${grant.receiverId}'`
    for (const statement of [
      `UPDATE ledger_transfer SET amount_minor = amount_minor + 1 WHERE ${receiver}`,
      `DELETE FROM ledger_transfer WHERE ${receiver}`,
      `UPDATE balance SET available_minor = available_minor + 1, granted_minor = granted_minor + 1 WHERE ${receiver}`,
      `DELETE FROM balance WHERE ${receiver}`,
      `UPDATE ledger_transfer SET credit = 'paid' WHERE ${receiver} AND false`,
    ])
      expect(await tamper(statement), statement).toHaveLength(statement.endsWith('false') ? 0 : 1)
    expect(await unprovable()).toEqual([])
  })
})
