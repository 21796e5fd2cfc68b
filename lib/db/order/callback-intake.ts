/**
 * Takes callbacks in, in batches: what arrives while one is being written goes into the next, and each is answered only when its own is
 * committed. The next begins when that one has ended or, so that one is prepared while the other is written to the disk, once it has
 * grown as large. What a batch leaves out goes into the next two, because its payout was usually just being written, and is then stored by a
 * transaction of its own, a few at a time.
 */
import { isDatabaseAway } from '#lib/db/engine/away.ts'
import type { CallbackAnswer, CallbackMessage } from '#lib/services/ports.ts'
import type { Counted } from './callback-batch.ts'
import { digestOf } from './callback-digest.ts'

/**
 * How many may wait. A message may be 64 KiB, so at worst they take 64 MB; usually it is a second's worth of storing. Cardzo sends again
 * what finds no room.
 */
const waitingMost = 1000
/** One statement stays below a few megabytes, and a few tens of milliseconds. */
const batchMost = 200
const batchesWritten = 2
/** A worker has a payout's row for some milliseconds, about as long as two batches take. */
const triesInBatches = 3
/** Of the pool's connections (ten, unless set), so that the others stay free. */
const oneByOneAtOnce = 3
/** The sender has given up on us by then. */
const patienceMs = 10_000

type Waiting = {
  message: CallbackMessage
  digest: string
  wakeEveryMs: number
  since: number
  /** How many batches have left it out. */
  leftOut: number
  /** Stores it in a transaction of its own. */
  alone: () => Promise<CallbackAnswer>
  resolve: (answer: CallbackAnswer) => void
  reject: (error: unknown) => void
}

export type Intake = {
  /** Durable when it says `stored`. Throws what the database says, or that it took too long; then nothing is stored. */
  take: (message: CallbackMessage, wakeEveryMs: number, alone: Waiting['alone']) => Promise<CallbackAnswer>
}

/** `writeBatch` gives the digests of what it stored, each with its payout: all of a batch, or less, or it throws and has stored nothing. */
export function createIntake(
  writeBatch: (batch: readonly Counted[]) => Promise<ReadonlyMap<string, string>>,
  { most = waitingMost, atOnce = oneByOneAtOnce, batchesAtOnce = batchesWritten } = {},
): Intake {
  let unanswered = 0
  let alone = 0
  let writing = 0
  /** In the batches that are being written. */
  let inBatches = 0
  let isScheduled = false
  const forBatch: Waiting[] = []
  const forAlone: Waiting[] = []
  /** Payouts in a batch that is being written: a later message about one waits, so that the database needn't. */
  const busy = new Set<string>()

  /** Not at once: requests that came in together are read one after the other. */
  function schedule(): void {
    if (isScheduled) return
    isScheduled = true
    setImmediate(() => {
      isScheduled = false
      writeNext()
    })
  }

  function writeNext(): void {
    // A batch costs as much as several messages, so small ones are not worth it.
    if (writing >= batchesAtOnce || forBatch.length < inBatches) return
    const batch = nextBatch(forBatch, busy)
    if (batch.length === 0) return
    const names = batch.map(([{ message }]) => message.clientOrderId)
    for (const name of names) busy.add(name)
    const messages = batch.flat().length
    writing++
    inBatches += messages
    void write(batch).finally(() => {
      writing--
      inBatches -= messages
      for (const name of names) busy.delete(name)
      storeAlone()
      writeNext()
    })
  }

  async function write(batch: readonly Same[]): Promise<void> {
    const counted = batch.map((same): Counted => {
      const { message, digest, wakeEveryMs } = same[0]
      return { message, digest, deliveries: same.length, wakeEveryMs }
    })
    try {
      const stored = await writeBatch(counted)
      const again: Waiting[] = []
      for (const one of batch.flat()) {
        const payoutId = stored.get(one.digest)
        if (payoutId !== undefined) one.resolve({ answer: 'stored', payoutId })
        else if (++one.leftOut < triesInBatches) again.push(one)
        else forAlone.push(one)
      }
      forBatch.unshift(...again)
    } catch (error) {
      if (isDatabaseAway(error)) refuse([...batch.flat(), ...forBatch.splice(0)], error)
      // One of them may be at fault; alone, it fails alone.
      else forAlone.push(...batch.flat())
    }
  }

  function storeAlone(): void {
    while (alone < atOnce) {
      const one = forAlone.shift()
      if (!one) return
      if (performance.now() - one.since > patienceMs) {
        one.reject(new Error('A callback waited too long to be stored'))
        continue
      }
      alone++
      one
        .alone()
        .then(one.resolve, (error: unknown) => {
          one.reject(error)
          if (isDatabaseAway(error)) refuse(forAlone.splice(0), error)
        })
        .finally(() => {
          alone--
          storeAlone()
        })
    }
  }

  return {
    async take(message, wakeEveryMs, storeIt) {
      if (unanswered >= most) return { answer: 'full' }
      unanswered++
      try {
        return await new Promise<CallbackAnswer>((resolve, reject) => {
          const since = performance.now()
          const digest = digestOf(message)
          const one = { message, digest, wakeEveryMs, since, leftOut: 0, alone: storeIt, resolve, reject }
          if (message.operation !== undefined) {
            forAlone.push(one)
            storeAlone()
            return
          }
          forBatch.push(one)
          schedule()
        })
      } finally {
        unanswered--
      }
    },
  }
}

type Same = [Waiting, ...Waiting[]]

/** Takes the oldest out, equal ones together, and of each payout one message only: another one waits for a later batch. */
function nextBatch(waiting: Waiting[], busy: ReadonlySet<string>): Same[] {
  const batch = new Map<string, Same>()
  const left = waiting.splice(0).filter((one) => {
    const { clientOrderId } = one.message
    const same = batch.get(clientOrderId)
    if (same === undefined) {
      if (batch.size >= batchMost || busy.has(clientOrderId)) return true
      batch.set(clientOrderId, [one])
      return false
    }
    if (same[0].digest !== one.digest) return true
    same.push(one)
    return false
  })
  waiting.push(...left)
  return [...batch.values()]
}

function refuse(some: readonly Waiting[], error: unknown): void {
  for (const one of some) one.reject(error)
}
