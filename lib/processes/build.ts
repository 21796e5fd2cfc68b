// The production build, made only when something it is made from has changed.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'

const folders = ['app', 'lib', 'public']
const isSource = (path: string) => !/\.test\.tsx?$|^lib\/db\/generated\//.test(path)

/** What a build depends on, as one number: every source and every configuration file of `project`, by content. */
export async function sourceStamp(project = '.'): Promise<string> {
  const present = folders.filter((folder) => existsSync(join(project, folder)))
  const inFolders = await Promise.all(present.map((folder) => listFiles(project, folder)))
  const atTop = (await readdir(project, { withFileTypes: true }))
    .filter((entry) => entry.isFile() && /^[^.].*\.(ts|js|mjs|json)$/.test(entry.name))
    .map((entry) => entry.name)
    // The first is written by the build itself; the others say nothing to it.
    .filter((name) => !/^(next-env\.d|(oxlint|playwright|vitest)\.config)\./.test(name))
  const files = [...inFolders.flat().filter(isSource), ...atTop, 'prisma/schema.prisma'].sort()
  const hash = createHash('sha256')
  for (const file of files) {
    hash
      .update(`${file}\0`)
      .update(await readFile(join(project, file)))
      .update('\0')
  }
  return hash.digest('hex')
}

async function listFiles(project: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(project, folder), { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(project, join(entry.parentPath, entry.name)))
}

const stampFile = (project: string) => join(project, '.next', 'portal-build-stamp')

/** Whether `.next` holds a build, of whatever sources. */
export const hasBuild = (project = '.') => existsSync(join(project, '.next', 'BUILD_ID'))

/**
 * Runs `build` unless `.next` holds the build of exactly these sources. False when `build` was needed and says that it failed.
 */
export async function ensureBuild(build: () => boolean | Promise<boolean>): Promise<boolean> {
  const stamp = await sourceStamp()
  if (await isBuilt(stamp)) return true
  const succeeded = await build()
  if (succeeded) await rememberBuild(stamp)
  return succeeded
}

/** The same for a program on a terminal: builds with Next, says so, and throws with what the build said when it fails. */
export async function buildIfChanged(): Promise<void> {
  await ensureBuild(() => {
    console.log('Building the portal (about half a minute, only when something has changed)…')
    const env = { ...process.env, NODE_ENV: 'production' as const, NEXT_TELEMETRY_DISABLED: '1' }
    const next = ['node_modules/next/dist/bin/next', 'build']
    const { status, stdout, stderr } = spawnSync(process.execPath, next, { env, encoding: 'utf8' })
    if (status !== 0) throw new Error(`The build failed:\n${stdout}\n${stderr}`)
    return true
  })
}

/** Whether `.next` holds the build of exactly these sources. */
export async function isBuilt(stamp: string, project = '.'): Promise<boolean> {
  if (!hasBuild(project)) return false
  return (await readFile(stampFile(project), 'utf8').catch(() => '')) === stamp
}

/** To be called after a build that succeeded; `stamp` was taken before it began. */
export async function rememberBuild(stamp: string, project = '.'): Promise<void> {
  await writeFile(stampFile(project), stamp)
}
