/**
 * What the workers on this machine have seen in the database, in files outside it. This is how they notice that the database was restored
 * from a backup, lost its last moments in a failover, or is another one. Each worker process has its own file beside the given name
 * (`marker.json.1f2e3d4c`), so that none overwrites what another has seen. Files are written aside and renamed, so none is ever
 * half written. They are not synced: a power cut here may lose the last ones, which matters only if the database is lost in the same
 * moment.
 */
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { inBatches } from '#lib/db/engine/batches.ts'
import { MarkerUnwritable } from '#lib/services/safety/marker.ts'
import type { AskFirstStore, EventMark, Marker } from '#lib/services/ports.ts'

/** More than a worker has in hand at once, because the database may lose any of those. */
const marksKept = 64
/** A worker that runs writes its file at each heartbeat, so one this old is abandoned. */
const abandonedAfterMs = 3_600_000
/** A network folder may hang instead of failing, and a claim is good for only ten seconds. */
const patienceMs = 5_000

const Contents = z.object({
  database: z.string(),
  /** The hash of the very first event. No two installations share it; a backup has the same. */
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
  /** Files that showed that something was lost. The next `renew` removes them. */
  let spent: string[] = []

  const note = (mark: EventMark) => {
    marks = [...marks.filter(({ id }) => id !== mark.id), mark].slice(-marksKept)
  }

  /** Writes follow one another, each with everything known when its turn comes. */
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

  async function rememberAll(payoutIds: readonly string[]): Promise<boolean[]> {
    if (database === undefined) throw new Error('Bug: a step before the first look at the marker')
    const [newest, missing] = await Promise.all([history.newestOf(payoutIds), history.missing(marks)])
    if (missing.length > 0) return payoutIds.map(() => false)
    genesis ??= (await history.whereWeAre()).genesis
    for (const mark of newest) if (mark) note(mark)
    await write()
    return newest.map((mark) => mark !== null)
  }

  return {
    async missing() {
      const here = await history.whereWeAre()
      if ((await history.missing(marks)).length > 0) return { why: lost(marks, database, here.database) }
      // Other workers' files are judged once, at the start: a worker that runs judges its own.
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

    remember: inBatches({ most: marksKept, together: rememberAll }),

    trouble: () => trouble,
  }
}

type Place = Awaited<ReturnType<History['whereWeAre']>>

/** `another`: the file is another installation's, which has lost nothing here. */
async function judge(
  file: string,
  here: Place,
  history: History,
): Promise<'good' | 'another' | { why: string }> {
  const text = await onDisk(file, () => readFile(file, 'utf8').catch(ifAbsent('')))
  // Created but never written: as good as no file.
  if (text === '') return 'another'
  const read = Contents.safeParse(parse(text))
  if (!read.success)
    return { why: `The marker ${file} cannot be read, so nothing is known of the database's past.` }
  const { database, genesis, marks } = read.data
  if ((await history.missing(marks)).length === 0) return 'good'
  // A database with another first event is another installation's, whose workers share this folder.
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

/** Rejects with MarkerUnwritable when the disk refuses or takes too long, so that nobody blames the database. */
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

/** For `catch`: the value to use when the disk refuses with this code. Any other error is thrown again. */
export const ifCode =
  <T>(code: string, otherwise: T) =>
  (error: unknown): T => {
    if (error instanceof Error && 'code' in error && error.code === code) return otherwise
    throw error
  }

const ifAbsent = <T>(otherwise: T) => ifCode('ENOENT', otherwise)
