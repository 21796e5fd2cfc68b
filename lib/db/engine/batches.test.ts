// Those who ask while a batch is at work go together in the next. Each hears its own result.
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { isDatabaseAway } from './away.ts'
import { inBatches, QueueFull } from './batches.ts'
import type { Batches } from './batches.ts'

/** Doubles numbers. Batches wait until they are let go; what is in `left` is left out, and what is in `bad` fails. */
function doubling(more: Partial<Batches<number, number>> = {}) {
  const began: (readonly number[])[] = []
  const alone: number[] = []
  const gates: { open: () => void; fail: (error: unknown) => void }[] = []
  const ask = inBatches<number, number>({
    most: 3,
    together: async (ones) => {
      began.push(ones)
      await new Promise<void>((open, fail) => gates.push({ open, fail }))
      return ones.map((one) => (one < 0 ? undefined : 2 * one))
    },
    alone: (one) => {
      alone.push(one)
      return one === 13 ? Promise.reject(new Error('bad luck')) : Promise.resolve(20 * one)
    },
    ...more,
  })
  return { ask, began, alone, gates }
}

const refused = (code: string) => Object.assign(new Error('PostgreSQL says no'), { code })

describe('in batches', () => {
  it('goes what is asked for together, then what came in the meantime, up to the most', async () => {
    const { ask, began, gates } = doubling()
    const first = [ask(1), ask(2)]
    await turn()
    const second = [3, 4, 5, 6].map(ask)
    await turn()
    expect(began).toEqual([[1, 2]])
    gates[0]?.open()
    expect(await Promise.all(first)).toEqual([2, 4])
    await turn()
    expect(began).toEqual([
      [1, 2],
      [3, 4, 5],
    ])
    gates[1]?.open()
    await turn()
    gates[2]?.open()
    expect(await Promise.all(second)).toEqual([6, 8, 10, 12])
  })

  it('does alone what was left out, without keeping the next batch waiting', async () => {
    let letGo: (told: number) => void = () => undefined
    const { ask, began, gates } = doubling({ alone: () => new Promise((resolve) => (letGo = resolve)) })
    const out = ask(-1)
    await turn()
    const next = ask(7)
    gates[0]?.open()
    await turn()
    await turn()
    expect(began).toEqual([[-1], [7]])
    gates[1]?.open()
    expect(await next).toBe(14)
    letGo(99)
    expect(await out).toBe(99)
  })

  it('does each alone when a batch fails, so that one that fails is the only one', async () => {
    const { ask, alone, gates } = doubling()
    const all = Promise.allSettled([ask(1), ask(13)])
    await turn()
    gates[0]?.fail(refused('23514'))
    expect(await all).toEqual([
      { status: 'fulfilled', value: 20 },
      { status: 'rejected', reason: new Error('bad luck') },
    ])
    expect(alone).toEqual([1, 13])
  })

  it('does each alone after a deadlock, which PostgreSQL has undone', async () => {
    const { ask, gates } = doubling()
    const all = Promise.all([ask(1), ask(2)])
    await turn()
    gates[0]?.fail(refused('40P01'))
    expect(await all).toEqual([20, 40])
  })

  it('tells those who wait too, where one asks for that', async () => {
    const { ask, began, gates } = doubling({ awayForAll: true })
    const first = ask(1)
    await turn()
    const waits = [2, 3].map(ask)
    await turn()
    gates[0]?.fail(refused('57P01'))
    for (const one of [first, ...waits]) await expect(one).rejects.toThrow('PostgreSQL says no')
    const next = ask(4)
    await turn()
    gates[1]?.open()
    expect(await next).toBe(8)
    expect(began).toEqual([[1], [4]])
  })

  it('tells all of a batch when the database is away: it may be committed, so nothing is done again', async () => {
    const { ask, alone, gates } = doubling()
    const all = Promise.allSettled([ask(1), ask(2)])
    await turn()
    gates[0]?.fail(refused('57P01'))
    expect((await all).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(alone).toEqual([])
  })

  it('never has two with one key at work, also not while one of them is done alone', async () => {
    let letGo: (told: number) => void = () => undefined
    const { ask, began, gates } = doubling({
      atOnce: 2,
      keyOf: (one) => String(Math.abs(one)),
      alone: () => new Promise((resolve) => (letGo = resolve)),
    })
    const all = [ask(-5), ask(5), ask(6)]
    await turn()
    await turn()
    expect(began).toEqual([[-5, 6]])
    gates[0]?.open()
    await turn()
    await turn()
    expect(began).toHaveLength(1)
    letGo(1)
    expect(await all[0]).toBe(1)
    await turn()
    await turn()
    expect(began[1]).toEqual([5])
    gates[1]?.open()
    expect(await Promise.all(all)).toEqual([1, 10, 12])
  })

  it('refuses one more than may wait, and takes it once another is answered', async () => {
    const { ask, gates } = doubling({ unansweredMost: 2 })
    const all = [ask(1), ask(2)]
    const refusal = await ask(3).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(QueueFull)
    expect(isDatabaseAway(refusal), 'the API answers 503').toBe(true)
    await turn()
    await expect(ask(3)).rejects.toThrow(QueueFull)
    gates[0]?.open()
    expect(await Promise.all(all)).toEqual([2, 4])
    const again = ask(3)
    await turn()
    gates[1]?.open()
    expect(await again).toBe(6)
  })

  it('does no more alone at the same time than it may, the others in turn', async () => {
    const letGo: (() => void)[] = []
    const alone = (one: number) => new Promise<number>((resolve) => letGo.push(() => resolve(one)))
    const { ask, gates } = doubling({ alone, aloneAtOnce: 2 })
    const all = [-1, -2, -3].map(ask)
    await turn()
    gates[0]?.open()
    await turn()
    expect(letGo).toHaveLength(2)
    letGo[0]?.()
    expect(await all[0]).toBe(-1)
    await turn()
    expect(letGo).toHaveLength(3)
    letGo[1]?.()
    letGo[2]?.()
    expect(await Promise.all(all)).toEqual([-1, -2, -3])
  })
})
