import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Ledger, Order } from './ledger.ts'

// A busy simulator writes its file twice a second at most.
const pauseMs = 500

/**
 * Keeps the ledger in a file, so that orders under way outlive a restart. What the file said is taken up at once; the
 * function given back writes the last state.
 */
export function keepLedger(ledger: Ledger, file: string): () => void {
  if (existsSync(file)) {
    const { orders } = JSON.parse(readFileSync(file, 'utf8')) as { orders: Order[] }
    ledger.restore(orders)
  }
  mkdirSync(dirname(file), { recursive: true })
  let waiting: NodeJS.Timeout | undefined
  const write = () => {
    clearTimeout(waiting)
    waiting = undefined
    // Written beside and moved: a simulator that is killed leaves the old file or the new one, never half of one.
    writeFileSync(`${file}.new`, JSON.stringify({ orders: ledger.all().reverse() }))
    renameSync(`${file}.new`, file)
  }
  ledger.onChange = () => {
    waiting ??= setTimeout(write, pauseMs).unref()
  }
  return write
}
