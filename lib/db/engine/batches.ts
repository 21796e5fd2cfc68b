/**
 * What arrives while the last batch is being written goes together with the next: one statement and one wait for the disk for many, and
 * none of them waits for a clock. Each is answered when its own batch is committed.
 */
import { isDatabaseAway, isRefusedWith } from './away.ts'

/** There is no room for one more to wait. Nothing of it was done, and it may be tried again later. */
export class QueueFull extends Error {
  constructor() {
    super('Too many wait already')
    this.name = 'QueueFull'
  }
}

export type BatchOptions<Item, Result> = {
  /**
   * Does a batch, in the order in which its items came, and gives the result of each in that order; undefined for what it leaves out.
   * Or throws, and has done nothing.
   */
  write: (batch: readonly Item[]) => Promise<readonly (Result | undefined)[]>
  /**
   * Does one that a batch left out, or whose batch failed: alone it fails alone. It holds up no later batch. Without it, all of a batch
   * fail together, and none may be left out.
   */
  alone?: (item: Item) => Promise<Result>
  /** So many go into one batch. */
  batchMost: number
  /** So many may be unanswered, waiting and being written. */
  unansweredMost?: number
  /** So many batches are written at the same time: with two, one is prepared while the other is written to the disk. */
  batchesAtOnce?: number
  /** So many are done alone at the same time. */
  aloneAtOnce?: number
  /** Two with the same key are never being written at the same time: the later one waits for the next batch. */
  keyOf?: (item: Item) => string
}

export type Batches<Item, Result> = {
  /** Done when it resolves. Throws what went wrong with this one, or `QueueFull`. */
  add: (item: Item) => Promise<Result>
}

type Waiting<Item, Result> = {
  item: Item
  resolve: (result: Result) => void
  reject: (error: unknown) => void
}

/**
 * When the database turns out to be away, all who wait are told at once: each would only find out for itself. To finish before a process
 * ends, wait for what you have added; nothing is left behind that nobody waits for.
 */
export function createBatches<Item, Result extends object | string | number | boolean | null>({
  write,
  alone,
  batchMost,
  unansweredMost = Infinity,
  batchesAtOnce = 1,
  aloneAtOnce = 3,
  keyOf,
}: BatchOptions<Item, Result>): Batches<Item, Result> {
  const waiting: Waiting<Item, Result>[] = []
  const waitingAlone: Waiting<Item, Result>[] = []
  const busyKeys = new Set<string>()
  let unanswered = 0
  let writing = 0
  let doneAlone = 0
  let isScheduled = false

  /** Not at once: what comes in one turn of the event loop goes together. */
  function schedule(): void {
    if (isScheduled || writing >= batchesAtOnce) return
    isScheduled = true
    setImmediate(() => {
      isScheduled = false
      writeNext()
    })
  }

  function writeNext(): void {
    while (writing < batchesAtOnce) {
      const batch = takeNext()
      if (batch.length === 0) return
      const keys = keyOf ? batch.map(({ item }) => keyOf(item)) : []
      for (const key of keys) busyKeys.add(key)
      writing++
      void writeBatch(batch).finally(() => {
        writing--
        for (const key of keys) busyKeys.delete(key)
        doAlone()
        schedule()
      })
    }
  }

  /** The oldest, without those whose key is in use. */
  function takeNext(): Waiting<Item, Result>[] {
    if (!keyOf) return waiting.splice(0, batchMost)
    const batch: Waiting<Item, Result>[] = []
    const keys = new Set(busyKeys)
    const left = waiting.splice(0).filter((one) => {
      const key = keyOf(one.item)
      if (batch.length >= batchMost || keys.has(key)) return true
      keys.add(key)
      batch.push(one)
      return false
    })
    waiting.push(...left)
    return batch
  }

  async function writeBatch(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await write(batch.map(({ item }) => item))
      for (const [index, one] of batch.entries()) {
        const result = results[index]
        if (result !== undefined) one.resolve(result)
        else if (alone) waitingAlone.push(one)
        else one.reject(new Error('Bug: a batch left one out that nobody does alone'))
      }
    } catch (error) {
      if (isDatabaseAway(error) && !lostRace(error)) refuse([...batch, ...waiting.splice(0)], error)
      else if (alone) waitingAlone.push(...batch)
      else refuse(batch, error)
    }
  }

  function doAlone(): void {
    while (alone && doneAlone < aloneAtOnce) {
      const one = waitingAlone.shift()
      if (!one) return
      doneAlone++
      void alone(one.item)
        .then(one.resolve, (error: unknown) => {
          one.reject(error)
          if (isDatabaseAway(error)) refuse(waitingAlone.splice(0), error)
        })
        .finally(() => {
          doneAlone--
          doAlone()
        })
    }
  }

  return {
    async add(item) {
      if (unanswered >= unansweredMost) throw new QueueFull()
      unanswered++
      try {
        return await new Promise<Result>((resolve, reject) => {
          waiting.push({ item, resolve, reject })
          schedule()
        })
      } finally {
        unanswered--
      }
    },
  }
}

/** PostgreSQL has undone it for another transaction's sake, and goes on. */
const lostRace = (error: unknown) => isRefusedWith(error, '40P01') || isRefusedWith(error, '40001')

function refuse(some: readonly { reject: (error: unknown) => void }[], error: unknown): void {
  for (const one of some) one.reject(error)
}
