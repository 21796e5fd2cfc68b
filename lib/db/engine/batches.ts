/**
 * Many callers, one statement: what is asked for while the last batch is at work goes into the next, and each caller hears its own result
 * once its batch is committed. Nobody waits for a batch to fill.
 */
import { isDatabaseAway, isRefusedWith, queueFullCode } from './away.ts'

/** There is no room for one more to wait. Nothing of it was done; `isDatabaseAway` knows it, so who asked is told to try again. */
export class QueueFull extends Error {
  override readonly name = 'QueueFull'
  readonly code = queueFullCode
  constructor() {
    super('Too many wait already')
  }
}

export type Batches<One, Told> = {
  /** At most so many in one. */
  most: number
  /** So many may be at work at the same time; 1 unless given. */
  atOnce?: number
  /** So many may wait or be at work; the next is refused with `QueueFull`. Absent: any number. */
  unansweredMost?: number
  /** Those who wait are told as soon as a batch finds that the database is away: the next batch would only find the same, and as late. */
  awayForAll?: boolean
  /** So many may be done alone at the same time, so that others find a connection. Absent: any number. */
  aloneAtOnce?: number
  /** Two with the same key are never at work at the same time. Absent: they may be. */
  keyOf?: (one: One) => string
  /** One transaction. What each is told, in their order; undefined: left out, to be done alone. Throws: none is done. */
  together: (ones: readonly One[]) => Promise<readonly (Told | undefined)[]>
  /** A transaction of its own: for one that is left out, or was in a batch that failed. Absent: a batch of one, which leaves nothing out. */
  alone?: (one: One) => Promise<Told>
}

type Waiting<One, Told> = { one: One; resolve: (told: Told) => void; reject: (error: unknown) => void }

/** One that fails keeps no other from its result: a batch that fails is done again one by one, unless the database is away. */
export function inBatches<One, Told>(batches: Batches<One, Told>): (one: One) => Promise<Told> {
  const { most, atOnce = 1, keyOf, unansweredMost = Infinity, awayForAll = false, together } = batches
  const alone = batches.alone ?? batchOfOne(together)
  const byItself = aFewAtOnce(alone, batches.aloneAtOnce)
  const waiting: Waiting<One, Told>[] = []
  const busy = new Set<string>()
  let atWork = 0
  let unanswered = 0
  let isScheduled = false

  /** Not at once: those who ask in the same turn of the event loop go together. */
  const schedule = () => {
    if (isScheduled || atWork >= atOnce) return
    isScheduled = true
    setImmediate(() => {
      isScheduled = false
      begin()
    })
  }

  const begin = () => {
    const batch = next()
    if (batch.length === 0) return
    atWork++
    void work({ together, alone: byItself }, batch, done, away).finally(() => {
      atWork--
      begin()
    })
    if (waiting.length > 0) schedule()
  }

  const away = (error: unknown) => {
    if (awayForAll) for (const each of waiting.splice(0)) each.reject(error)
  }

  const done = (one: One) => {
    if (keyOf && busy.delete(keyOf(one)) && waiting.length > 0) schedule()
  }

  const next = (): Waiting<One, Told>[] => {
    if (!keyOf) return waiting.splice(0, most)
    const batch: Waiting<One, Told>[] = []
    const left = waiting.splice(0).filter((each) => {
      const key = keyOf(each.one)
      if (batch.length >= most || busy.has(key)) return true
      busy.add(key)
      batch.push(each)
      return false
    })
    waiting.push(...left)
    return batch
  }

  return async (one) => {
    if (unanswered >= unansweredMost) throw new QueueFull()
    unanswered++
    try {
      return await new Promise<Told>((resolve, reject) => {
        waiting.push({ one, resolve, reject })
        schedule()
      })
    } finally {
      unanswered--
    }
  }
}

function batchOfOne<One, Told>(together: Batches<One, Told>['together']): (one: One) => Promise<Told> {
  return async (one) => {
    const [told] = await together([one])
    if (told === undefined) throw new Error('Bug: a batch left one out that nobody does alone')
    return told
  }
}

/** The same, but the others wait, in the order in which they came. */
function aFewAtOnce<One, Told>(
  run: (one: One) => Promise<Told>,
  most = Infinity,
): (one: One) => Promise<Told> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (one) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve))
    else running++
    try {
      return await run(one)
    } finally {
      // Its place goes to the next.
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}

/** Never throws. Those to be done alone are begun when it returns: one that waits for a lock holds up no other. */
async function work<One, Told>(
  { together, alone }: Required<Pick<Batches<One, Told>, 'together' | 'alone'>>,
  batch: readonly Waiting<One, Told>[],
  done: (one: One) => void,
  away: (error: unknown) => void,
): Promise<void> {
  const byItself = ({ one, resolve, reject }: Waiting<One, Told>) =>
    void alone(one)
      .finally(() => done(one))
      .then(resolve, reject)
  let told: readonly (Told | undefined)[]
  try {
    told = await together(batch.map(({ one }) => one))
  } catch (error) {
    const mayBeDone = isDatabaseAway(error) && !wasUndone(error)
    if (mayBeDone) away(error)
    for (const each of batch)
      if (mayBeDone) {
        done(each.one)
        each.reject(error)
      } else byItself(each)
    return
  }
  for (const [index, each] of batch.entries()) {
    const mine = told[index]
    if (mine === undefined) byItself(each)
    else {
      done(each.one)
      each.resolve(mine)
    }
  }
}

/** It lost a race for locks, and PostgreSQL has rolled it back. */
const wasUndone = (error: unknown) => isRefusedWith(error, '40P01') || isRefusedWith(error, '40001')
