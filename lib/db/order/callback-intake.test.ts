import { describe, expect, it, vi } from 'vitest'
import type { CallbackAnswer, CallbackMessage } from '#lib/services/ports.ts'
import type { Counted } from './callback-batch.ts'
import { digestOf } from './callback-digest.ts'
import { createIntake } from './callback-intake.ts'

const message = (n: number, more: Partial<CallbackMessage> = {}): CallbackMessage => ({
  ...{ status: 'approved', orderId: String(n), clientOrderId: `po-${n}`, type: null, params: {} },
  ...more,
})
const stored = () => Promise.resolve<CallbackAnswer>({ answer: 'stored' })
const never = () => Promise.reject(new Error('should have been in a batch'))
const away = Object.assign(new Error('gone'), { code: 'ECONNREFUSED' })

/** A database whose answers the test gives, batch by batch. */
function scripted(options?: Parameters<typeof createIntake>[1]) {
  const batches: Counted[][] = []
  const waiting: {
    resolve: (digests: ReadonlyMap<string, string>) => void
    reject: (error: Error) => void
  }[] = []
  const intake = createIntake(
    (batch) => {
      batches.push([...batch])
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }))
    },
    { batchesAtOnce: 1, ...options },
  )
  const seen = () =>
    batches.map((batch) => batch.map(({ message: one, deliveries }) => [one.orderId, deliveries]))
  return {
    seen,
    take: (one: CallbackMessage, alone: () => Promise<CallbackAnswer> = never) => intake.take(one, 0, alone),
    /** The oldest batch being written, this one, is committed; without `left`, whole. */
    commit(number = batches.length - 1, left: readonly CallbackMessage[] = []) {
      const batch = batches[number] ?? []
      const kept = batch.filter(({ message: one }) => !left.includes(one))
      waiting
        .shift()
        ?.resolve(new Map(kept.map(({ message: one }) => [digestOf(one), `payout ${one.orderId}`])))
    },
    fail: (error: Error) => waiting.shift()?.reject(error),
    batches: (count: number) => vi.waitFor(() => expect(batches).toHaveLength(count)),
  }
}

describe('callbacks that come together', () => {
  it('are written together, and what comes in between with the next', async () => {
    const db = scripted()
    const first = [1, 2].map((n) => db.take(message(n)))
    await db.batches(1)
    const later = [3, 4, 5].map((n) => db.take(message(n)))
    expect(db.seen()).toEqual([
      [
        ['1', 1],
        ['2', 1],
      ],
    ])
    db.commit()
    expect(await Promise.all(first)).toMatchObject([{ answer: 'stored' }, { answer: 'stored' }])
    await db.batches(2)
    expect(db.seen()[1]).toEqual([
      ['3', 1],
      ['4', 1],
      ['5', 1],
    ])
    db.commit()
    await Promise.all(later)
  })

  it('are answered when their own batch is committed, not before', async () => {
    const db = scripted()
    const answered: number[] = []
    const note = (n: number) => db.take(message(n)).then(() => answered.push(n))
    const first = note(1)
    await db.batches(1)
    const second = note(2)
    db.commit()
    await first
    await db.batches(2)
    expect(answered).toEqual([1])
    db.commit()
    await second
    expect(answered).toEqual([1, 2])
  })

  it('are counted when they are equal, and one of a payout at a time when they are not', async () => {
    const db = scripted()
    const takes = [
      db.take(message(1)),
      db.take(message(1, { status: 'declined' })),
      db.take(message(1, { type: 'PAYOUT' })),
      db.take(message(2)),
    ]
    await db.batches(1)
    expect(db.seen()).toEqual([
      [
        ['1', 2],
        ['2', 1],
      ],
    ])
    db.commit()
    await db.batches(2)
    expect(db.seen()[1]).toEqual([['1', 1]])
    db.commit()
    await Promise.all(takes)
  })
})

it('two batches are written at once, but not about the same payout', async () => {
  const db = scripted({ batchesAtOnce: 2 })
  const takes = [db.take(message(1))]
  await db.batches(1)
  takes.push(db.take(message(1)), db.take(message(2)))
  await db.batches(2)
  takes.push(db.take(message(3)))
  expect(db.seen()[1]).toEqual([['2', 1]])
  db.commit(0)
  await db.batches(3)
  expect(db.seen()[2]).toEqual([
    ['1', 1],
    ['3', 1],
  ])
  db.commit(1)
  db.commit(2)
  await Promise.all(takes)
})

describe('a callback that a batch leaves out', () => {
  it('goes into the next one, for its payout was usually just being written', async () => {
    const db = scripted()
    const late = message(1)
    const takes = [db.take(late), db.take(message(2))]
    await db.batches(1)
    takes.push(db.take(message(3)))
    db.commit(0, [late])
    await db.batches(2)
    expect(db.seen()[1]).toEqual([
      ['1', 1],
      ['3', 1],
    ])
    db.commit(1)
    expect(await Promise.all(takes)).toMatchObject(takes.map(() => ({ answer: 'stored' })))
  })

  it('is stored alone when three have left it out, as is any about another operation', async () => {
    const db = scripted()
    const odd = message(1)
    const alone = vi.fn(() => Promise.resolve<CallbackAnswer>({ answer: 'shifted' }))
    const takes = [db.take(odd, alone), db.take(message(2))]
    expect(await db.take(message(3, { operation: 'reversal' }), stored)).toMatchObject({ answer: 'stored' })
    for (const number of [0, 1, 2]) {
      await db.batches(number + 1)
      expect(alone).not.toHaveBeenCalled()
      db.commit(number, [odd])
    }
    expect(await Promise.all(takes)).toMatchObject([{ answer: 'shifted' }, { answer: 'stored' }])
  })

  it('fails alone when it makes its batch fail', async () => {
    const db = scripted()
    const bad = db.take(message(1), () => Promise.reject(new Error('this one')))
    const good = [2, 3].map((n) => db.take(message(n), stored))
    await db.batches(1)
    db.fail(new Error('the batch'))
    await expect(bad).rejects.toThrow('this one')
    expect(await Promise.all(good)).toMatchObject([{ answer: 'stored' }, { answer: 'stored' }])
  })

  it('shares a few places with the others', async () => {
    const db = scripted({ atOnce: 2 })
    const finish: (() => void)[] = []
    const slow = () =>
      new Promise<CallbackAnswer>((resolve) => finish.push(() => resolve({ answer: 'stored' })))
    const takes = [1, 2, 3, 4].map((n) => db.take(message(n, { operation: 'reversal' }), slow))
    expect(finish).toHaveLength(2)
    finish.shift()?.()
    await vi.waitFor(() => expect(finish).toHaveLength(2))
    for (const count of [1, 0]) {
      finish.shift()?.()
      finish.shift()?.()
      await vi.waitFor(() => expect(finish.length).toBeGreaterThanOrEqual(count))
    }
    expect(await Promise.all(takes)).toHaveLength(4)
  })
})

describe('no callback waits without bound', () => {
  it('because only so many may wait, and the next is refused at once', async () => {
    const db = scripted({ most: 3 })
    const takes = [1, 2, 3].map((n) => db.take(message(n)))
    expect(await db.take(message(4))).toEqual({ answer: 'full' })
    await db.batches(1)
    expect(await db.take(message(4))).toEqual({ answer: 'full' })
    db.commit()
    await Promise.all(takes)
    const again = db.take(message(4))
    await db.batches(2)
    db.commit()
    expect(await again).toMatchObject({ answer: 'stored' })
  })

  it('because those who waited while the database was found to be away are told with the first', async () => {
    const db = scripted()
    const first = db.take(message(1))
    await db.batches(1)
    const second = db.take(message(2))
    db.fail(away)
    await expect(first).rejects.toBe(away)
    await expect(second).rejects.toBe(away)
    const next = db.take(message(3))
    await db.batches(2)
    db.commit()
    expect(await next).toMatchObject({ answer: 'stored' })
  })

  it('not even for its turn alone: the database is away for all who wait', async () => {
    const db = scripted({ atOnce: 1 })
    let fail: (error: Error) => void = () => undefined
    const stuck = () => new Promise<CallbackAnswer>((_, reject) => (fail = reject))
    const takes = [
      db.take(message(1, { operation: 'reversal' }), stuck),
      db.take(message(2, { operation: 'reversal' }), never),
    ]
    fail(away)
    for (const take of takes) await expect(take).rejects.toBe(away)
  })
})
