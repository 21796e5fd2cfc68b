// What we build from: licences of packages, where packages and actions come from.
import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')

type Locked = {
  version?: string
  license?: string
  resolved?: string
  integrity?: string
  optional?: boolean
  link?: boolean
}
const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> }
/** Every package that `npm ci` may install, by its folder; ours has none. */
const installed = Object.entries(packages).filter(([folder, { link }]) => folder !== '' && link !== true)

/** They ask for no more than naming the authors. */
const permissive = new Set([
  ...['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'CC0-1.0', 'ISC', 'MIT'],
  ...['MIT-0', 'Python-2.0', 'Unlicense', 'Zlib'],
])

/** What asks for more, and why that does no harm: we change none of them. The key is a package's name or its beginning. */
const exceptions: Record<string, { license: string; because: string }> = {
  '@img/sharp': {
    license: 'LGPL-3.0-or-later',
    because: 'Next’s optional package for pictures, which no page has; a library of its own',
  },
  'axe-core': { license: 'MPL-2.0', because: 'only the browser tests load it' },
  'caniuse-lite': { license: 'CC-BY-4.0', because: 'data about browsers, named here' },
  elkjs: { license: 'EPL-2.0', because: 'Prisma’s studio brings it, which we never start' },
  geist: { license: 'SIL OPEN FONT LICENSE', because: 'a font, which may go with any program' },
  lightningcss: { license: 'MPL-2.0', because: 'makes stylesheets while building' },
}
/** Programs for other systems, of which npm keeps licence and hash only where it has installed them. */
const ofOtherSystems = /^(@next\/swc|@tailwindcss\/oxide|@unrs\/resolver-binding)-/

const nameOf = (folder: string) => folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length)

/** `A OR B` needs one that is allowed, `A AND B` all. */
function isAllowed(license: string, also: string): boolean {
  const allowed = (one: string) => permissive.has(one.trim()) || one.trim() === also
  const bare = license.replaceAll(/[()]/g, '')
  if (/\sor\s/i.test(bare)) return bare.split(/\s+or\s+/i).some(allowed)
  return bare.split(/\s+and\s+/i).every(allowed)
}

/** The licence of a package that is not like the others; undefined if all is well. */
function licenceProblem(folder: string, { license, optional }: Locked): string | undefined {
  const name = nameOf(folder)
  if (license === undefined)
    return optional === true && ofOtherSystems.test(name) ? undefined : `${name} names no licence`
  const exception = Object.entries(exceptions).find(([start]) => name.startsWith(start))?.[1]
  return isAllowed(license, exception?.license ?? '') ? undefined : `${name}: ${license}`
}

describe('packages', () => {
  it('have a licence that lets anybody run, change and pass on the portal', () => {
    expect(installed.length).toBeGreaterThan(300)
    expect(installed.flatMap(([folder, one]) => licenceProblem(folder, one) ?? [])).toEqual([])
  })

  it('are refused under any other licence', () => {
    const problem = (license?: string, name = 'x') =>
      licenceProblem(`node_modules/${name}`, { ...(license !== undefined && { license }) })
    expect(problem('GPL-3.0-only')).toBe('x: GPL-3.0-only')
    expect(problem('MIT AND GPL-3.0-only')).toBe('x: MIT AND GPL-3.0-only')
    expect(problem('MPL-2.0')).toBe('x: MPL-2.0')
    expect(problem()).toBe('x names no licence')
    expect(problem('(MIT OR GPL-3.0-only)')).toBeUndefined()
    expect(problem('MPL-2.0', 'axe-core')).toBeUndefined()
    expect(problem('GPL-3.0-only', 'axe-core')).toBe('axe-core: GPL-3.0-only')
  })

  it('need each of the exceptions', () => {
    const names = installed.map(([folder]) => nameOf(folder))
    for (const start of Object.keys(exceptions))
      expect(
        names.some((name) => name.startsWith(start)),
        start,
      ).toBe(true)
  })

  it('are what their authors published: exact versions, each with its hash, none from a place of its own', () => {
    const unhashed = installed.filter(([, { integrity }]) => !/^sha512-/.test(integrity ?? ''))
    expect(unhashed.map(([folder]) => nameOf(folder)).filter((name) => !ofOtherSystems.test(name))).toEqual(
      [],
    )
    // As every registry names its archives; not a repository, a folder or somebody's own file.
    const elsewhere = installed.filter(
      ([, { resolved }]) => resolved !== undefined && !/^https:\/\/[^?#]+\/-\/[\w.-]+\.tgz$/.test(resolved),
    )
    expect(elsewhere.map(([folder]) => folder)).toEqual([])
    const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<
      'dependencies' | 'devDependencies',
      Record<string, string>
    >
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
      expect(version, name).toMatch(/^(npm:[a-z-]+@)?\d+\.\d+\.\d+(-[\w.-]+)?$/)
  })
})

describe('workflows', () => {
  const workflows = globSync('.github/workflows/*.yml', { cwd: new URL('..', import.meta.url) })

  it.each(workflows)('%s names each action by its commit', (file) => {
    const uses = [...read(file).matchAll(/uses: *(.+)/g)].map(([, action]) => action)
    expect(uses.length).toBeGreaterThan(0)
    for (const action of uses) expect(action).toMatch(/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
  })

  it.each(workflows)('%s asks for no right that it does not need', (file) => {
    expect(read(file)).toMatch(/^permissions:\n {2}contents: read$/m)
  })
})
