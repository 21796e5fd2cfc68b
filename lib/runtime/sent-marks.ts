/**
 * Before a payout-pay leaves, the worker marks the payout outside the database, in a folder that all workers of an installation share.
 * A failover to a standby that lags may lose a claim; the mark stays, and nobody sends the payout again. A mark is a file that only
 * one worker can create. It is synced to disk, because it matters most when machines go down.
 */
import { createHash } from 'node:crypto'
import { access, mkdir, open, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { AskFirstStore, SentMarks } from '#lib/services/ports.ts'
import { ifCode, onDisk } from './marker-file.ts'

/** Without a shared folder, each worker has only its own marker. */
export const noSentMarks: SentMarks = {
  missing: () => Promise.resolve(null),
  begin: () => Promise.resolve(),
  put: () => Promise.resolve('mine'),
  withdraw: () => Promise.resolve(),
  trouble: () => null,
}

export function createSentMarks(folder: string, history: Pick<AskFirstStore, 'whereWeAre'>): SentMarks {
  const begun = join(folder, 'begun')
  let trouble: string | null = null

  const fileOf = (clientOrderId: string) => {
    const name = createHash('sha256').update(clientOrderId).digest('hex')
    return join(folder, name.slice(0, 2), name)
  }

  const told = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      const result = await onDisk(folder, work)
      trouble = null
      return result
    } catch (error) {
      trouble = error instanceof Error ? error.message : String(error)
      throw error
    }
  }

  const list = () => told(() => readdir(folder).catch(ifCode('ENOENT', null)))

  return {
    async missing() {
      const entries = await list()
      if (entries?.includes('begun') || (await history.whereWeAre()).isUnused) return null
      const state = entries === null ? 'missing' : 'empty'
      return {
        why: `The shared marks of what was sent (${folder}) were ${state} beside a database that was used.`,
      }
    },

    async begin() {
      const entries = await list()
      if (entries?.includes('begun')) return
      await told(async () => {
        // Its parent must exist, so that we never begin on a disk that is not mounted.
        if (entries === null) await mkdir(folder, { mode: 0o700 }).catch(ifCode('EEXIST', undefined))
        await writeFile(begun, '', { flag: 'wx', mode: 0o600 }).catch(ifCode('EEXIST', undefined))
      })
    },

    put: (clientOrderId, note) =>
      told(async () => {
        // Rejects if the folder has gone since it was begun.
        await access(begun)
        const file = fileOf(clientOrderId)
        await mkdir(dirname(file), { recursive: true, mode: 0o700 })
        const handle = await open(file, 'wx', 0o600).catch(ifCode('EEXIST', null))
        if (!handle) return 'taken'
        try {
          await handle.writeFile(JSON.stringify({ clientOrderId, ...note, at: new Date().toISOString() }))
          await handle.sync()
        } finally {
          await handle.close()
        }
        await syncFolder(dirname(file))
        return 'mine'
      }),

    withdraw: (clientOrderId) =>
      told(async () => {
        await rm(fileOf(clientOrderId), { force: true })
        await syncFolder(dirname(fileOf(clientOrderId)))
      }),

    trouble: () => trouble,
  }
}

/** So that the file's name survives a power cut, too. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
