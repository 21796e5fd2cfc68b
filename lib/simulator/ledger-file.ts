import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Ledger, Order } from './ledger.ts'

// Even a busy simulator writes its file at most twice a second.
const pauseMs = 500

/** Keeps the ledger in a file, so that orders outlive a restart. Reads the file at once; call the result to write the last state. */
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
    // Written aside and renamed: a simulator that is killed leaves a whole file, old or new.
    writeFileSync(`${file}.new`, JSON.stringify({ orders: ledger.all().reverse() }))
    renameSync(`${file}.new`, file)
  }
  ledger.onChange = () => {
    waiting ??= setTimeout(write, pauseMs).unref()
  }
  return write
}
