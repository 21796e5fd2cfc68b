/**
 * What workers here have seen the database hold, in a file outside it: the way to notice that the database was restored from a
 * backup, lost its last moments in a failover, or is another one. Each worker process writes a file of its own beside the given
 * name (`marker.json.1f2e3d4c`), because several share a folder and none may take back what another has written. Files are written
 * aside and renamed, so that none is ever half a file. They are not synced: a power cut of this machine may cost the last ones,
 * which matters only if the database is lost in the same moment.
 */
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { MarkerUnwritable } from '#lib/services/safety/ask-first.ts'
import type { AskFirstStore, EventMark, Marker } from '#lib/services/ports.ts'

/** More than a worker has in hand at once: each of those may be the one that the database loses. */
const marksKept = 64
/** Nobody who lives leaves a file alone for so long: workers write at each heartbeat. */
const abandonedAfterMs = 3_600_000
/** A folder on a network may hang instead of failing, and a claim is good for ten seconds only. */
const patienceMs = 5_000

const Contents = z.object({
  database: z.string(),
  /** The hash of the very first event: two installations never share it, and a backup has it too. */
  genesis: z.string().nullable(),
  marks: z.array(
    z.object({ id: z.string().regex(/^\d+$/), hash: z.string() }).transform(({ id, hash }) => ({
      id: BigInt(id),
      hash,
    })),
  ),
})

type History = Pick<AskFirstStore, 'whereWeAre' | 'newestOf' | 'missing'>

export function createMarkerFile(name: string, history: History): Marker {
  const own = `${name}.${randomBytes(4).toString('hex')}`
  let database: string | undefined
  let genesis: string | null = null
  let marks: EventMark[] = []
  let writing: Promise<void> = Promise.resolve()
  let trouble: string | null = null
  /** Files that told of something lost: forgotten at the next `renew`. */
  let spent: string[] = []

  const note = (mark: EventMark) => {
    marks = [...marks.filter(({ id }) => id !== mark.id), mark].slice(-marksKept)
  }

  /** One after the other, each with all that is known when its turn comes. */
  const write = (): Promise<void> => {
    const turn = writing.then(async () => {
      const text = JSON.stringify({
        database,
        genesis,
        marks: marks.map(({ id, hash }) => ({ id: id.toString(), hash })),
      })
      await onDisk(name, async () => {
        await mkdir(dirname(name), { recursive: true, mode: 0o711 })
        await writeFile(`${own}.new`, text, { mode: 0o600 })
        await rename(`${own}.new`, own)
      })
    })
    writing = turn.then(
      () => void (trouble = null),
      (error: unknown) => void (trouble = error instanceof Error ? error.message : String(error)),
    )
    return turn
  }

  const others = async (): Promise<string[]> => {
    const entries = await onDisk(name, () => readdir(dirname(name)).catch(ifAbsent([])))
    const belongs = (entry: string) => entry === basename(name) || entry.startsWith(`${basename(name)}.`)
    return entries
      .filter((entry) => belongs(entry) && !entry.endsWith('.new') && entry !== basename(own))
      .map((entry) => join(dirname(name), entry))
  }

  return {
    async missing() {
      const here = await history.whereWeAre()
      if ((await history.missing(marks)).length > 0) return { why: lost(marks, database, here.database) }
      // What other workers' files say is judged once, at the start: whoever lives judges its own.
      if (database !== undefined) return null
      let found: { why: string } | null = null
      for (const file of await others()) {
        const verdict = await judge(file, here, history)
        if (verdict === 'good' || verdict === 'another') continue
        spent.push(file)
        found ??= verdict
      }
      return found
    },

    async renew() {
      const isFirst = database === undefined
      const here = await history.whereWeAre()
      database = here.database
      genesis = here.genesis
      const missing = new Set((await history.missing(marks)).map(({ id }) => id))
      marks = marks.filter(({ id }) => !missing.has(id))
      if (here.newest) note(here.newest)
      await write()
      const old = isFirst ? await others() : []
      await onDisk(name, async () => {
        for (const file of spent) await rm(file, { force: true })
        await removeAbandoned(old)
      })
      spent = []
    },

    async remember(payoutId) {
      if (database === undefined) throw new Error('Bug: a step before the first look at the marker')
      const [newest, missing] = await Promise.all([history.newestOf(payoutId), history.missing(marks)])
      if (missing.length > 0 || !newest) return false
      genesis ??= (await history.whereWeAre()).genesis
      note(newest)
      await write()
      return true
    },

    trouble: () => trouble,
  }
}

type Place = Awaited<ReturnType<History['whereWeAre']>>

/** `another`: the trace of another installation, of which nothing can have been lost here. */
async function judge(
  file: string,
  here: Place,
  history: History,
): Promise<'good' | 'another' | { why: string }> {
  const text = await onDisk(file, () => readFile(file, 'utf8').catch(ifAbsent('')))
  // Made and never written: as good as none.
  if (text === '') return 'another'
  const read = Contents.safeParse(parse(text))
  if (!read.success)
    return { why: `The marker ${file} can not be read, so nothing is known of the database's past.` }
  const { database, genesis, marks } = read.data
  if ((await history.missing(marks)).length === 0) return 'good'
  // A database with another beginning is another installation's, whose workers only share this folder.
  const isOther = here.isUnused || (genesis !== null && here.genesis !== null && genesis !== here.genesis)
  if (isOther && database !== here.database) return 'another'
  return { why: lost(marks, database, here.database) }
}

function lost(marks: EventMark[], then: string | undefined, now: string): string {
  const newest = marks.reduce((most, { id }) => (id > most ? id : most), 0n)
  const where = then === now ? 'this database' : `the database (then ${then ?? 'unknown'}, now ${now})`
  return `A worker had seen the history up to event ${newest}, and ${where} no longer holds all of it: it was restored from a backup, or is another one.`
}

async function removeAbandoned(files: string[]): Promise<void> {
  for (const file of files) {
    const facts = await stat(file).catch(ifAbsent(null))
    if (facts && Date.now() - facts.mtimeMs > abandonedAfterMs) await rm(file, { force: true })
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What the disk refuses, or does not do in time, is told as what it is: not the database's fault. */
export async function onDisk<T>(file: string, work: () => Promise<T>): Promise<T> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`not done in ${patienceMs / 1000} s`)), patienceMs)
  try {
    return await Promise.race([work(), tooLate])
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new MarkerUnwritable(`${file}: ${why}.`, { cause: error })
  } finally {
    clearTimeout(timer)
  }
}

/** The answer where the disk refuses with this code; every other refusal stays one. */
export const ifCode =
  <T>(code: string, otherwise: T) =>
  (error: unknown): T => {
    if (error instanceof Error && 'code' in error && error.code === code) return otherwise
    throw error
  }

const ifAbsent = <T>(otherwise: T) => ifCode('ENOENT', otherwise)
