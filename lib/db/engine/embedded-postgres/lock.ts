// One process at a time starts or stops the embedded server. SQLite uses the kernel's file lock, which ends with its holder even
// if that is killed, so a lock is never stale.
import { setTimeout as sleep } from 'node:timers/promises'
import { DatabaseSync } from 'node:sqlite'

const sqliteBusy = 5

/** Runs `work` while this process alone holds the lock `file`; waits up to `timeoutMs` for it, then throws. */
export async function withLock<T>(file: string, timeoutMs: number, work: () => Promise<T>): Promise<T> {
  const lock = await acquire(file, Date.now() + timeoutMs)
  try {
    return await work()
  } finally {
    lock.close()
  }
}

async function acquire(file: string, deadline: number): Promise<DatabaseSync> {
  const database = new DatabaseSync(file, { timeout: 0 })
  for (;;) {
    try {
      database.exec('BEGIN EXCLUSIVE')
      return database
    } catch (error) {
      if (!isBusy(error) || Date.now() > deadline) {
        database.close()
        throw new Error(`Another process holds ${file}`, { cause: error })
      }
    }
    await sleep(15)
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy
}
