import { describe, expect, it, vi } from 'vitest'
import { createBatches, QueueFull } from './batches.ts'
import type { BatchOptions } from './batches.ts'

const away = Object.assign(new Error('gone'), { code: 'ECONNREFUSED' })

/** A database whose answers the test gives, batch by batch. The result of an item is its own name. */
function scripted(options: Partial<BatchOptions<string, string>> = {}) {
  const seen: string[][] = []
  const open: {
    items: readonly string[]
    resolve: (r: (string | undefined)[]) => void
    reject: (e: Error) => void
  }[] = []
  const { add } = createBatches<string, string>({
    batchMost: 100,
    write: (items) => {
      seen.push([...items])
      return new Promise((resolve, reject) => open.push({ items, resolve, reject }))
    },
    ...options,
  })
  return {
    add,
    addAll: (...items: string[]) => items.map((item) => add(item)),
    seen,
    /** The oldest batch is committed, without these. */
    commit(...left: string[]) {
      const batch = open.shift()
      batch?.resolve(batch.items.map((item) => (left.includes(item) ? undefined : item)))
    },
    fail: (error: Error) => open.shift()?.reject(error),
    batches: (count: number) => vi.waitFor(() => expect(seen).toHaveLength(count)),
  }
}

describe('what is added', () => {
  it('in one turn goes together, and what comes while that is written with the next, in order', async () => {
    const db = scripted()
    const first = db.addAll('a', 'b')
    await db.batches(1)
    const later = db.addAll('c', 'd', 'e')
    db.commit()
    expect(await Promise.all(first)).toEqual(['a', 'b'])
    await db.batches(2)
    db.commit()
    expect(await Promise.all(later)).toEqual(['c', 'd', 'e'])
    expect(db.seen).toEqual([
      ['a', 'b'],
      ['c', 'd', 'e'],
    ])
  })

  it('is answered when its own batch is done, not before', async () => {
    const db = scripted({ batchMost: 1 })
    const answered: string[] = []
    const all = db.addAll('a', 'b').map((one) => one.then((item) => answered.push(item)))
    await db.batches(1)
    db.commit()
    await all[0]
    await db.batches(2)
    expect(answered).toEqual(['a'])
    db.commit()
    await all[1]
    expect(answered).toEqual(['a', 'b'])
  })

  it('goes in batches of a limited size, so many of them at once', async () => {
    const db = scripted({ batchMost: 2, batchesAtOnce: 2 })
    const all = db.addAll('a', 'b', 'c', 'd', 'e')
    await db.batches(2)
    db.commit()
    await db.batches(3)
    db.commit()
    db.commit()
    expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(db.seen).toEqual([['a', 'b'], ['c', 'd'], ['e']])
  })

  it('waits for what has the same key, and holds up nothing else', async () => {
    const db = scripted({ batchesAtOnce: 2, keyOf: (item) => item.charAt(0) })
    const all = db.addAll('a1', 'a2', 'b1')
    await db.batches(1)
    all.push(...db.addAll('b2', 'c1'))
    await db.batches(2)
    expect(db.seen).toEqual([['a1', 'b1'], ['c1']])
    db.commit()
    await db.batches(3)
    expect(db.seen[2]).toEqual(['a2', 'b2'])
    db.commit()
    db.commit()
    expect(await Promise.all(all)).toEqual(['a1', 'a2', 'b1', 'b2', 'c1'])
  })

  it('is refused when too many are unanswered, and taken again when they are not', async () => {
    const db = scripted({ unansweredMost: 2 })
    const all = db.addAll('a', 'b')
    await expect(db.add('c')).rejects.toThrow(QueueFull)
    await db.batches(1)
    await expect(db.add('c')).rejects.toThrow(QueueFull)
    db.commit()
    await Promise.all(all)
    const again = db.add('c')
    await db.batches(2)
    db.commit()
    expect(await again).toBe('c')
  })
})

describe('what a batch leaves out', () => {
  it('is done alone, and so is each of a batch that fails: only the one at fault fails', async () => {
    const alone = vi.fn((item: string) =>
      item === 'bad' ? Promise.reject(new Error('this one')) : Promise.resolve(`${item} alone`),
    )
    const db = scripted({ alone })
    const first = db.addAll('a', 'odd')
    await db.batches(1)
    const second = db.addAll('b', 'bad')
    db.commit('odd')
    expect(await Promise.all(first)).toEqual(['a', 'odd alone'])
    await db.batches(2)
    db.fail(new Error('the batch'))
    expect(await second[0]).toBe('b alone')
    await expect(second[1]).rejects.toThrow('this one')
    expect(alone.mock.calls.map(([item]) => item)).toEqual(['odd', 'b', 'bad'])
  })

  it('is done a few at a time, while the next batch is written', async () => {
    const finish: (() => void)[] = []
    const alone = (item: string) => new Promise<string>((resolve) => finish.push(() => resolve(item)))
    const db = scripted({ alone, aloneAtOnce: 2 })
    const odd = db.addAll('a', 'b', 'c')
    await db.batches(1)
    db.commit('a', 'b', 'c')
    await expect.poll(() => finish.length).toBe(2)
    const usual = db.add('d')
    await db.batches(2)
    db.commit()
    expect(await usual).toBe('d')
    finish.shift()?.()
    await expect.poll(() => finish.length).toBe(2)
    for (const one of finish) one()
    expect(await Promise.all(odd)).toEqual(['a', 'b', 'c'])
  })

  it('fails with its batch where nothing can be done alone; the next batch has another try', async () => {
    const db = scripted()
    const all = db.addAll('a', 'b')
    await db.batches(1)
    const next = db.add('c')
    db.fail(new Error('the batch'))
    for (const one of all) await expect(one).rejects.toThrow('the batch')
    await db.batches(2)
    db.commit()
    expect(await next).toBe('c')
  })
})

describe('a batch that loses a race for locks', () => {
  it('was undone by PostgreSQL, so each is done alone, and those who wait go on', async () => {
    const db = scripted({ alone: (item) => Promise.resolve(`${item} alone`) })
    const first = db.addAll('a', 'b')
    await db.batches(1)
    const later = db.add('c')
    db.fail(Object.assign(new Error('deadlock detected'), { code: '40P01' }))
    expect(await Promise.all(first)).toEqual(['a alone', 'b alone'])
    await db.batches(2)
    db.commit()
    expect(await later).toBe('c')
  })
})

describe('when the database is away', () => {
  it('all who wait are told with the first, and who comes later tries again', async () => {
    const alone = vi.fn(() => Promise.resolve('alone'))
    const db = scripted({ alone })
    const first = db.add('a')
    await db.batches(1)
    const second = db.add('b')
    db.fail(away)
    await expect(first).rejects.toBe(away)
    await expect(second).rejects.toBe(away)
    expect(alone).not.toHaveBeenCalled()
    const next = db.add('c')
    await db.batches(2)
    db.commit()
    expect(await next).toBe('c')
  })

  it('so are those who wait for their turn alone', async () => {
    const failures: (() => void)[] = []
    const alone = () => new Promise<string>((_, reject) => failures.push(() => reject(away)))
    const db = scripted({ alone, aloneAtOnce: 1 })
    const all = db.addAll('a', 'b')
    await db.batches(1)
    db.commit('a', 'b')
    await expect.poll(() => failures.length).toBe(1)
    failures[0]?.()
    for (const one of all) await expect(one).rejects.toBe(away)
    expect(failures).toHaveLength(1)
  })
})
