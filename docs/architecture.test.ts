import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, matchesGlob } from 'node:path'
import ts from 'typescript'
import { expect, it } from 'vitest'
import { rooms } from '../oxlint.config.ts'

const project = join(import.meta.dirname, '..')
const names = Object.keys(rooms).sort((a, b) => b.length - a.length)
const roomOf = (path: string) => names.find((name) => path.startsWith(`${name}/`))

/** Files that may import more than their room, with what they may. */
const exceptions = Object.entries(rooms).flatMap(([room, { only = {} }]) =>
  Object.entries(only).map(([file, lists]): [string, typeof lists] => [`${room}/${file}`, lists]),
)

/** What the files of each room, and each exception, import of others: files by their path, and packages as they are written. Tests are free to import more. */
function findImports(): Map<string, Set<string>> {
  const found = new Map(
    [...names, ...exceptions.map(([file]) => file)].map((name) => [name, new Set<string>()]),
  )
  const tops = new Set(names.map((name) => name.split('/', 1).join()))
  for (const path of [...tops].flatMap((top) => sourcesIn(top))) {
    // An exception has its room's list beside its own.
    const owns = [path, roomOf(path) ?? ''].flatMap((name) => found.get(name) ?? [])
    if (owns.length === 0) continue
    const text = readFileSync(join(project, path), 'utf8')
    for (const { fileName } of ts.preProcessFile(text).importedFiles) {
      const target = fileName.startsWith('#') ? fileName.slice(1) : fileName
      const file = target.startsWith('.') ? join(dirname(path), target) : target
      for (const own of owns) own.add(file)
    }
  }
  return found
}

const sourcesIn = (top: string) =>
  readdirSync(join(project, top), { recursive: true, encoding: 'utf8' })
    .map((name) => join(top, name))
    .filter((path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$|\/testing\/|\/generated\//.test(path))

/** A room in a list, or the only files of it that may be imported: `room/{one,other}.ts`. */
function filesOf(entry: string): string[] {
  const [, before = '', files = '', after = ''] = /^(.*)\{(.+)\}(.*)$/.exec(entry) ?? []
  return files === '' ? [entry] : files.split(',').map((file) => before + file + after)
}
const isUsed = (entry: string, own: readonly string[]) =>
  own.some((path) => (names.includes(entry) ? roomOf(path) === entry : matchesGlob(path, entry)))

/** `next/**` as the linter reads it. */
const fits = (pattern: string, source: string) =>
  pattern === '**' ||
  source === pattern ||
  (pattern.endsWith('/**') && source.startsWith(pattern.slice(0, -2)))

it('lets no room import what none of its files imports', () => {
  const imports = findImports()
  const unused = [...Object.entries(rooms), ...exceptions].flatMap(([name, { may, npm }]) => {
    const own = [...(imports.get(name) ?? [])]
    return [
      ...may.flatMap(filesOf).filter((entry) => !isUsed(entry, own)),
      ...npm.filter((pattern) => !own.some((source) => fits(pattern, source))),
    ].map((entry) => `${name} may import ${entry}, and does not`)
  })
  expect(unused).toEqual([])
  // It has looked at something.
  expect(imports.get('app')?.size).toBeGreaterThan(5)
})
