// What is in a tree: how big, and by which bytes.
import { createHash } from 'node:crypto'
import { lstatSync, readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/** Every file and link below `root`, by its path there, sorted. */
export function filesIn(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => !lstatSync(join(root, path)).isDirectory())
    .sort()
}

/** The biggest parts of the tree and the whole, in MB. */
export function sizes(root: string, parts = 12): string[] {
  const byPart = new Map<string, number>()
  let whole = 0
  for (const path of filesIn(root)) {
    const { size } = lstatSync(join(root, path))
    const part = path
      .split('/')
      .slice(0, path.includes('node_modules/@') ? 4 : path.includes('node_modules') ? 3 : 2)
    byPart.set(part.join('/'), (byPart.get(part.join('/')) ?? 0) + size)
    whole += size
  }
  const biggest = [...byPart].sort(([, a], [, b]) => b - a).slice(0, parts)
  const inMb = (bytes: number) => `${(bytes / 1e6).toFixed(1).padStart(7)} MB`
  return [
    ...biggest.map(([part, bytes]) => `${inMb(bytes)}  ${part}`),
    `${inMb(whole)}  in all, beside the base image`,
  ]
}

/** Next makes them for each build, and they are secrets: no two builds can agree on them. No page of ours has a preview. */
const previewKeys = /"previewMode(Id|SigningKey|EncryptionKey)": ?"[0-9a-f]+"/g

/**
 * Of each file and link, what it is and holds; not when it was written. `madeIn` is the folder that was `/` while building: where a build
 * wrote its own path down, it counts as `/`, which it is in a container.
 */
export function contentsOf(root: string, madeIn: string): Map<string, string> {
  return new Map(
    filesIn(root).map((path) => {
      const file = join(root, path)
      const facts = lstatSync(file)
      if (facts.isSymbolicLink()) return [path, `link to ${readlinkSync(file)}`]
      const content = readFileSync(file)
      const hash = createHash('sha256').update(
        path.includes('.next/') ? Buffer.from(alike(content, madeIn), 'latin1') : content,
      )
      return [path, `${facts.mode & 0o100 ? 'program' : 'file'} ${hash.digest('hex')}`]
    }),
  )
}

/** As latin1, so that every byte counts as it is. */
const alike = (content: Buffer, madeIn: string) =>
  content.toString('latin1').replaceAll(madeIn, '').replaceAll(previewKeys, '"previewMode$1": ""')

/** Paths that only one of two trees has, or that differ. */
export function differences(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): string[] {
  return [...new Set([...one.keys(), ...other.keys()])]
    .filter((path) => one.get(path) !== other.get(path))
    .sort()
}

/** The whole tree as one number. */
export function hashOf(contents: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256')
  for (const [path, what] of [...contents].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${path}\0${what}\n`)
  return hash.digest('hex')
}
