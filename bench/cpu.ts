// How much of the processors processes have taken. Linux only.
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'

/** Linux counts processor time in hundredths of a second. */
const ticksPerSecond = 100

/** Of one process so far, without its children. */
export const cpuSeconds = async (pid: number): Promise<number> => secondsIn(await fieldsOf(pid))

/** Of all processes of the PostgreSQL that serves `db`, those that have ended included. */
export async function databaseCpuSeconds(db: pg.Pool): Promise<number> {
  const { rows } = await db.query<{ folder: string }>(`SELECT current_setting('data_directory') AS folder`)
  const pidFile = await readFile(join(rows[0]?.folder ?? '', 'postmaster.pid'), 'utf8')
  const postmaster = Number(pidFile.split('\n')[0])
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const all = await Promise.all(pids.map(async (pid) => ({ pid, fields: await fieldsOf(pid) })))
  return all
    .filter(({ pid, fields }) => pid === postmaster || Number(fields[1]) === postmaster)
    .reduce(
      (sum, { pid, fields }) => sum + secondsIn(fields) + (pid === postmaster ? secondsIn(fields, 13) : 0),
      0,
    )
}

/** What /proc says behind the name; nothing of a process that has ended. */
const fieldsOf = async (pid: number): Promise<string[]> =>
  (await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')).split(') ').at(-1)?.split(' ') ?? []

/** Its own from field 11 on, of its ended children from 13 on: in programs and in the kernel. */
const secondsIn = (fields: readonly string[], from = 11): number =>
  (Number(fields[from] ?? 0) + Number(fields[from + 1] ?? 0)) / ticksPerSecond
