// The production build, made only when something it is made from has changed.
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

/** Whether `.next` holds the build of exactly these sources. */
export async function isBuilt(stamp: string, project = '.'): Promise<boolean> {
  if (!hasBuild(project)) return false
  return (await readFile(stampFile(project), 'utf8').catch(() => '')) === stamp
}

/** To be called after a build that succeeded; `stamp` was taken before it began. */
export async function rememberBuild(stamp: string, project = '.'): Promise<void> {
  await writeFile(stampFile(project), stamp)
}
