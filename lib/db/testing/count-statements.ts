/** What a piece of code costs the database: for tests that hold a number. */
import pg from 'pg'

export type Cost = {
  /** Everything that is sent, BEGIN and COMMIT included: each is a round trip. */
  statements: number
  /** Transactions that wrote: each waits for the disk. */
  commits: number
  texts: string[]
}

const writes = /\b(INSERT INTO|UPDATE|DELETE FROM)\b/
const begins = /^\s*BEGIN/i
const ends = /^\s*(COMMIT|ROLLBACK)/i

let counting: Cost | undefined
let isPatched = false

/** Counts what every pool of this process sends while `act` runs, new connections' settings left out. */
export async function costOf(act: () => Promise<unknown>): Promise<Cost> {
  watchClients()
  const cost: Cost = { statements: 0, commits: 0, texts: [] }
  counting = cost
  try {
    await act()
  } finally {
    counting = undefined
  }
  return cost
}

function watchClients(): void {
  if (isPatched) return
  isPatched = true
  const state = new WeakMap<object, { isOpen: boolean; wrote: boolean }>()
  const real = Reflect.get(pg.Client.prototype, 'query') as (...args: unknown[]) => unknown
  Object.assign(pg.Client.prototype, {
    query(this: object, ...args: unknown[]) {
      const [query] = args
      const text = typeof query === 'string' ? query : (query as { text: string }).text
      const transaction = state.get(this) ?? { isOpen: false, wrote: false }
      state.set(this, transaction)
      if (!text.startsWith('SET TimeZone')) note(text, transaction)
      return real.apply(this, args)
    },
  })
}

function note(text: string, transaction: { isOpen: boolean; wrote: boolean }): void {
  const wroteNow = writes.test(text)
  if (begins.test(text)) Object.assign(transaction, { isOpen: true, wrote: false })
  else if (wroteNow) transaction.wrote = true
  const ended = ends.test(text)
  if (counting) {
    counting.statements++
    counting.texts.push(text)
    const committed = ended ? /COMMIT/i.test(text) && transaction.wrote : !transaction.isOpen && wroteNow
    if (committed) counting.commits++
  }
  if (ended) Object.assign(transaction, { isOpen: false, wrote: false })
}
