/** Batches: what is said before anything happens, and that no row ever becomes two payouts, whatever dies in between. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { problemCode } from '#lib/payouts/batch-problems.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { approveMany } from '#lib/services/approval/approve-many.ts'
import { rejectPayout } from '#lib/services/approval/reject-payout.ts'
import { reviewMany } from '#lib/services/approval/review-many.ts'
import type { BatchStore } from '#lib/services/ports.ts'
import { createStaff } from '#lib/services/testing/staff.ts'
import type { Person } from '#lib/services/testing/staff.ts'
import { createTestPortal, sampleRequest, system } from '#lib/services/testing/portal.ts'
import { checkBatch } from './check-batch.ts'
import { makePayoutsOfBatches } from './make-payouts.ts'
import { batchForApproval, listBatchRows, showBatch } from './show-batch.ts'
import { submitBatch } from './submit-batch.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
let clerk: Person
let approver: Actor
beforeAll(async () => {
  portal = await createTestPortal()
  clerk = await createStaff(portal).person('clerk')
  approver = await portal.approver()
})
afterAll(() => portal.close())

const head = 'key,receiver,currency,amount,account_number,first_name'
const iban = 'DE89370400440532013000'
/** Rows of receivers that nobody has seen. */
const rowsOf = (n: number, name = randomUUID().slice(0, 8)) =>
  Array.from({ length: n }, (_, i) => `${name}-${i},cust-${name}-${i},EUR,${i + 1}.50,${iban},Ada`)
const file = (...rows: string[]) => new TextEncoder().encode([head, ...rows].join('\n'))

async function check(...rows: string[]) {
  const checked = await checkBatch(portal.deps, clerk, { name: 'november.csv', bytes: file(...rows) })
  if (!checked.ok || !checked.batch) throw new Error(JSON.stringify(checked))
  return checked.batch
}
const rowsIn = async (id: string) => {
  const listed = await listBatchRows(portal.deps, clerk, { id, limit: 1000 })
  if (!listed.ok) throw new Error(listed.code)
  return listed.rows
}
const codesIn = async (id: string) =>
  (await rowsIn(id)).map(({ line, problems }) => [line, ...problems.map(problemCode)])
const submit = (id: string, leaveOut = 0) => submitBatch(portal.deps, clerk, { id, leaveOut })
/** Until no batch waits that a worker can have. */
async function work(deps = portal.deps): Promise<void> {
  do await makePayoutsOfBatches(deps, new AbortController().signal)
  while (
    (await portal.prisma.batch.count({
      where: { submittedAt: { not: null }, endedAt: null, leaseUntil: null },
    })) > 0
  )
}
const payoutsWith = (name: string) =>
  portal.prisma.payout.count({ where: { idempotencyKey: { startsWith: `batch:${name}-` } } })

describe('a dry run', () => {
  it('says what would be paid, and makes nothing', async () => {
    const before = await portal.prisma.payout.count()
    const batch = await check(...rowsOf(3))
    expect(await codesIn(batch.id)).toEqual([[2], [3], [4]])
    expect(batch).toMatchObject({
      rows: 3,
      wrong: 0,
      known: 0,
      repeats: 0,
      newReceivers: 3,
      sums: [{ currency: 'EUR', count: 3, amountMinor: 750n }],
      submittedAt: null,
    })
    expect(await portal.prisma.payout.count()).toBe(before)
    await work()
    expect(await portal.prisma.payout.count()).toBe(before)
  })

  it('names what is wrong with each row by its line', async () => {
    const [a = '', b = ''] = rowsOf(2)
    const batch = await check(
      a,
      a,
      b.replace('2.50', '"2,5"'),
      `k,${randomUUID()},GBP,1.00,${iban},Ada`,
      `k2,${randomUUID()},EUR,1.00,DE00370400440532013000,Ada`,
      `,${randomUUID()},EUR,1.00,${iban},Ada`,
      `k3,${randomUUID()},EUR,-5,${iban},Ada`,
      `k4,${randomUUID()},EUR,1.00,${iban}`,
      `k5,${randomUUID()},EUR,1.00,8.90E+21,Ada`,
    )
    expect(await codesIn(batch.id)).toEqual([
      [2],
      [3, 'keyAbove'],
      [4, 'amountUnreadable'],
      [5, 'oneOf'],
      [6, 'ibanTypo'],
      [7, 'empty'],
      [8, 'amountUnreadable'],
      [9, 'cells'],
      [10, 'shortened'],
    ])
    expect(batch).toMatchObject({ wrong: 8, sums: [{ count: 1, amountMinor: 150n }] })
  })

  it('names who would get the same twice: in the file, and in the last 24 hours', async () => {
    const name = randomUUID().slice(0, 8)
    const paid = await portal.ask({
      receiver: { externalId: `cust-${name}`, firstName: 'Ada' },
      amount: '7.00',
    })
    const row = (key: string, amount: string) => `${name}-${key},cust-${name},EUR,${amount},${iban},Ada`
    const batch = await check(row('1', '7.00'), row('2', '8.00'), row('3', '8.0'))
    expect((await rowsIn(batch.id)).map(({ repeats }) => repeats)).toEqual([
      [{ payoutId: paid }],
      [],
      [{ line: 3 }],
    ])
    expect(batch).toMatchObject({ repeats: 2, newReceivers: 0 })
  })

  it('names a receiver who is known by another name, or named in two ways', async () => {
    const name = randomUUID().slice(0, 8)
    await portal.ask({ receiver: { externalId: `cust-${name}`, firstName: 'Ada' } })
    const batch = await check(
      `${name}-1,cust-${name},EUR,1.00,${iban},Eve`,
      `${name}-2,new-${name},EUR,1.00,${iban},Ada`,
      `${name}-3,new-${name},EUR,2.00,${iban},Eve`,
    )
    expect(await codesIn(batch.id)).toEqual([[2, 'receiverDiffers'], [3], [4, 'receiverDiffersAbove']])
  })

  it('keeps account numbers sealed, and only of rows that can become payouts', async () => {
    const [good = ''] = rowsOf(1)
    const { id } = await check(good, good)
    expect(await codesIn(id)).toEqual([[2], [3, 'keyAbove']])
    const kept = await portal.prisma.batchRow.findMany({ where: { batchId: id }, orderBy: { line: 'asc' } })
    expect(kept.map(({ sealed }) => sealed !== null)).toEqual([true, false])
    expect(JSON.stringify(kept, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v))).not.toContain(
      iban,
    )
  })

  it('is for clerks and keys', async () => {
    const content = { name: 'x', bytes: file(...rowsOf(1)) }
    expect(await checkBatch(portal.deps, approver, content)).toMatchObject({ ok: false, code: 'forbidden' })
  })
})

describe('a submitted batch', () => {
  it('becomes payouts, each asked for by its maker, with nothing kept of what it asked for', async () => {
    const name = randomUUID().slice(0, 8)
    const batch = await check(...rowsOf(250, name))
    expect(await submit(batch.id)).toMatchObject({ ok: true })
    await work()
    const rows = await rowsIn(batch.id)
    expect(rows.filter(({ payoutId }) => payoutId !== null)).toHaveLength(250)
    expect(await payoutsWith(name)).toBe(250)
    const [first] = rows
    expect(first?.payout).toMatchObject({
      source: 'batch',
      judgedSource: 'desk',
      requestedById: clerk.id,
      amountMinor: 150n,
      status: 'requested',
    })
    expect(await portal.prisma.batchRow.count({ where: { batchId: batch.id, sealed: { not: null } } })).toBe(
      0,
    )
    expect(await showBatch(portal.deps, clerk, { id: batch.id })).toMatchObject({
      state: 'done',
      batch: { done: 250 },
      progress: [{ status: 'requested', currency: 'EUR', count: 250 }],
    })
  })

  it('is submitted by its maker alone, and once', async () => {
    const rows = rowsOf(2)
    const batch = await check(...rows)
    const other = await createStaff(portal).person('clerk')
    const by = (actor: Actor) => submitBatch(portal.deps, actor, { id: batch.id, leaveOut: 0 })
    expect(await by(other)).toMatchObject({ ok: false, code: 'forbidden' })
    expect(await by(approver)).toMatchObject({ ok: false, code: 'forbidden' })
    expect(await by(clerk)).toMatchObject({ ok: true })
    expect(await by(clerk)).toMatchObject({ ok: true })
    const again = await checkBatch(portal.deps, clerk, { name: 'copy.csv', bytes: file(...rows) })
    expect(again).toMatchObject({ ok: true, again: true, batch: { id: batch.id } })
  })

  it('is submitted once, however many batches were made of its file', async () => {
    const rows = rowsOf(2)
    const [one, two] = [await check(...rows), await check(...rows)]
    const told = await Promise.all([submit(one.id), submit(two.id)])
    expect(told.map((each) => each.ok).sort()).toEqual([false, true])
    expect(told.find(({ ok }) => !ok)).toMatchObject({ code: 'batch_twice' })
  })

  it('leaves out rows with errors only if its maker says how many', async () => {
    const [good = '', other = ''] = rowsOf(2)
    const batch = await check(good, other.replace('EUR', 'GBP'))
    expect(await submit(batch.id)).toMatchObject({ ok: false, code: 'batch_wrong' })
    expect(await submit(batch.id, 2)).toMatchObject({ ok: false, code: 'batch_wrong' })
    expect(await submit(batch.id, 1)).toMatchObject({ ok: true })
    await work()
    expect((await rowsIn(batch.id)).map(({ payoutId }) => payoutId !== null)).toEqual([true, false])
  })

  it('knows a row whose key has made its payout, and refuses the key for another', async () => {
    const name = randomUUID().slice(0, 8)
    const first = await check(...rowsOf(2, name))
    await submit(first.id)
    await work()
    const [same = '', different = ''] = rowsOf(2, name)
    const second = await check(same, different.replace('2.50', '3.50'), ...rowsOf(1))
    expect(second).toMatchObject({ known: 1, wrong: 1 })
    expect(await codesIn(second.id)).toEqual([[2], [3, 'keyTaken'], [4]])
    await submit(second.id, 1)
    await work()
    expect(await payoutsWith(name)).toBe(2)
  })

  it('names what was refused after the check', async () => {
    const name = randomUUID().slice(0, 8)
    const batch = await check(...rowsOf(1, name))
    // Somebody else introduces the receiver under another name in between.
    await portal.ask({ receiver: { externalId: `cust-${name}-0`, firstName: 'Eve' } })
    await submit(batch.id)
    await work()
    expect(await rowsIn(batch.id)).toMatchObject([{ payoutId: null, refused: { code: 'receiver_mismatch' } }])
    expect(await showBatch(portal.deps, clerk, { id: batch.id })).toMatchObject({ state: 'done' })
  })

  it('ends when nobody submits it within a week, and keeps nothing', async () => {
    const batch = await check(...rowsOf(1))
    await portal.prisma.$transaction(async (tx) => {
      await tx.$executeRawUnsafe('SET LOCAL session_replication_role = replica')
      await tx.$executeRaw`UPDATE batch SET made_at = now() - interval '8 days' WHERE id = ${batch.id}::uuid`
    })
    await work()
    expect(await submit(batch.id)).toMatchObject({ ok: false, code: 'batch_over' })
    expect(await portal.prisma.batchRow.count({ where: { batchId: batch.id, sealed: { not: null } } })).toBe(
      0,
    )
  })
})

describe('no row becomes two payouts', () => {
  class Killed extends Error {}
  /** Dies at the n-th call of these, before or after it was done. */
  const dying = (at: number, when: 'before' | 'after'): BatchStore => {
    let calls = 0
    const { batches } = portal.deps
    const mortal = <A extends unknown[], R>(run: (...args: A) => Promise<R>) => {
      return async (...args: A): Promise<R> => {
        const mine = ++calls
        if (mine === at && when === 'before') throw new Killed()
        const told = await run(...args)
        if (mine === at) throw new Killed()
        return told
      }
    }
    return {
      ...batches,
      waiting: mortal(batches.waiting),
      record: mortal(batches.record),
      finish: mortal(batches.finish),
    }
  }
  const free = (id: string) =>
    portal.prisma.$executeRaw`UPDATE batch SET lease_until = NULL WHERE id = ${id}::uuid`

  it.each(
    Array.from({ length: 7 }, (_, n) => n + 1).flatMap((at) =>
      (['before', 'after'] as const).map((when) => [when, at] as const),
    ),
  )('when its worker dies %s step %i', async (when, at) => {
    const name = randomUUID().slice(0, 8)
    const batch = await check(...rowsOf(130, name))
    await submit(batch.id)
    await work({ ...portal.deps, batches: dying(at, when) }).catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error
    })
    await free(batch.id)
    await work()
    expect(await payoutsWith(name)).toBe(130)
    const rows = await rowsIn(batch.id)
    expect(new Set(rows.map(({ payoutId }) => payoutId)).size).toBe(130)
    expect(await showBatch(portal.deps, clerk, { id: batch.id })).toMatchObject({ state: 'done' })
  })

  it('when its worker dies in the middle of a chunk', async () => {
    const name = randomUUID().slice(0, 8)
    const batch = await check(...rowsOf(120, name))
    await submit(batch.id)
    let made = 0
    const payouts = {
      ...portal.deps.payouts,
      create: async (...args: Parameters<typeof portal.deps.payouts.create>) => {
        if (++made > 60) throw new Killed()
        return portal.deps.payouts.create(...args)
      },
    }
    const record = () => Promise.reject(new Killed())
    await expect(
      work({ ...portal.deps, payouts, batches: { ...portal.deps.batches, record } }),
    ).rejects.toThrow(Killed)
    expect(await payoutsWith(name)).toBe(60)
    await free(batch.id)
    await work()
    expect(await payoutsWith(name)).toBe(120)
  })

  it('when two workers have it at once', async () => {
    const name = randomUUID().slice(0, 8)
    const batch = await check(...rowsOf(220, name))
    await submit(batch.id)
    // The lease of the first one is taken away again and again.
    const batchIs = { over: false }
    const thief = (async () => {
      while (!batchIs.over) {
        await free(batch.id)
        await work()
      }
    })()
    await Promise.all([work(), work(), work()])
    await expect
      .poll(
        async () =>
          (await showBatch(portal.deps, clerk, { id: batch.id })).ok &&
          (await portal.deps.batches.find(batch.id))?.endedAt !== null,
      )
      .toBe(true)
    batchIs.over = true
    await thief
    expect(await payoutsWith(name)).toBe(220)
    const rows = await rowsIn(batch.id)
    expect(new Set(rows.map(({ payoutId }) => payoutId)).size).toBe(220)
    expect((await portal.deps.batches.find(batch.id))?.done).toBe(220)
  })

  it('not even by hand: a row keeps its payout', async () => {
    const [a, b] = [await check(...rowsOf(1)), await check(...rowsOf(1))]
    for (const { id } of [a, b]) await submit(id)
    await work()
    await work()
    const other = (await rowsIn(b.id))[0]?.payoutId
    await expect(
      portal.prisma
        .$executeRaw`UPDATE batch_row SET payout_id = ${other}::uuid WHERE batch_id = ${a.id}::uuid`,
    ).rejects.toThrow(/Code: `23001`/)
    await expect(
      portal.prisma.$executeRaw`DELETE FROM batch_row WHERE batch_id = ${a.id}::uuid`,
    ).rejects.toThrow(/Code: `23001`/)
  })
})

describe('approving a batch', () => {
  // Without the payouts of all the others, which its worker would work on too.
  const shared = () => ({ portal, clerk, approver })
  let before: ReturnType<typeof shared>
  beforeAll(async () => {
    before = shared()
    portal = await createTestPortal()
    clerk = await createStaff(portal).person('clerk')
    approver = await portal.approver()
  })
  afterAll(async () => {
    await portal.close()
    ;({ portal, clerk, approver } = before)
  })

  it('is one set and one code, leaves out what changed, and is not for its maker', async () => {
    const worker = portal.startWorker()
    const name = randomUUID().slice(0, 8)
    const batch = await check(...rowsOf(4, name))
    await submit(batch.id)
    await work()
    await expect
      .poll(async () => (await portal.deps.batches.waitingForApproval(batch.id, 10)).payoutIds.length, {
        timeout: 10_000,
      })
      .toBe(4)
    const waiting = await batchForApproval(portal.deps, approver, { id: batch.id })
    if (!waiting.ok) throw new Error(waiting.code)
    const review = await reviewMany(portal.deps, approver, {
      numbers: waiting.payouts.map(({ seq }) => String(seq)),
    })
    if (!review.ok) throw new Error(review.code)
    expect(review.sums).toEqual([{ currency: 'EUR', count: 4, amountMinor: 1200n }])
    const [, changed] = waiting.payouts
    const now = await portal.payout(changed?.id ?? '')
    await rejectPayout(portal.deps, approver, { id: now.id, version: now.version, reason: 'Not this one' })
    const { seen, setHash } = review
    expect(await batchForApproval(portal.deps, clerk, { id: batch.id })).toMatchObject({ code: 'forbidden' })
    const told = await approveMany(portal.deps, approver, { seen, setHash, code: '123456' })
    expect(told).toMatchObject({ ok: true, skipped: [{ id: changed?.id }] })
    expect(told.ok && told.approved).toHaveLength(3)
    for (const one of told.ok ? told.approved : []) await portal.until(one.id, 'paid')
    await worker.stop()
  })
})

describe('a batch by the API', () => {
  const row = (key: string, more = {}) => ({
    key,
    ...sampleRequest,
    receiver: { externalId: randomUUID(), firstName: 'Ada' },
    ...more,
  })

  it('is checked, submitted and made in the same way, and judged as the API', async () => {
    const [k1, k2] = [randomUUID(), randomUUID()]
    const checked = await checkBatch(portal.deps, system, {
      name: 'nightly',
      rows: [row(k1), row(k2, { amount: 5 }), 7, { amount: '1' }],
    })
    if (!checked.ok || !checked.batch) throw new Error(JSON.stringify(checked))
    expect(checked.batch).toMatchObject({ rows: 4, wrong: 3, format: 'api' })
    const { id } = checked.batch
    expect(await submitBatch(portal.deps, system, { id, leaveOut: 3 })).toMatchObject({ ok: true })
    await work()
    expect((await rowsIn(id))[0]?.payout).toMatchObject({ source: 'batch', judgedSource: 'api' })
  })

  it('is not seen by a key of another owner', async () => {
    const checked = await checkBatch(portal.deps, system, { name: 'x', rows: [row(randomUUID())] })
    const stranger: Actor = { ...system, id: randomUUID(), ownerId: randomUUID() } as Actor
    expect(
      await showBatch(portal.deps, stranger, { id: (checked.ok && checked.batch?.id) || '' }),
    ).toMatchObject({ ok: false, code: 'not_found' })
  })
})
