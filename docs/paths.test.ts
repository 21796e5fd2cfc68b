import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { anchorsIn, withoutBlocks } from './anchors.ts'

const project = join(import.meta.dirname, '..')
const atTop = ['README.md', 'AGENTS.md', 'CONTRIBUTING.md', 'SECURITY.md']
const inDocs = readdirSync(join(project, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => join('docs', name))
const pages = [...atTop, ...inDocs]

const read = (page: string) => readFileSync(join(project, page), 'utf8')

/** The project's own folders and top-level files: what begins with one of these is meant as a path of the repository. */
const top = readdirSync(project)
const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts)

/** `lib/payouts/money.ts`, `docs/decisions/`, `oxlint.config.ts`; no commands, addresses, patterns or files made at run time. */
function pathsIn(text: string): string[] {
  return [...withoutBlocks(text).matchAll(/`([^`\s]+)`/g)]
    .map(([, code = '']) => code)
    .filter((code) => /^[\w./@-]+$/.test(code))
    .filter((code) => top.some((name) => code === name || code.startsWith(`${name}/`)))
    .filter((code) => !/^(node_modules|\.data|\.next)\b/.test(code))
}

/** `[text](target)` to files of ours, with the heading they may name. */
function linksIn(text: string): string[] {
  return [...withoutBlocks(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^\w+:/.test(target))
}

/** A cell is read in one line, beside its neighbours. */
const longestCell = 120

const tableRowsIn = (text: string) =>
  (withoutBlocks(text).match(/^\|.*\|$/gm) ?? []).filter((row) => !/^[|:\s-]+$/.test(row))

const anchorsOf = (page: string) => anchorsIn(read(page))

describe.each(pages)('%s', (page) => {
  const text = read(page)

  it('names only paths that exist', () => {
    // Rooms are also called by what follows their folder, as in "`testing.ts` is its second door".
    expect(pathsIn(text).filter((path) => !existsSync(join(project, path)))).toEqual([])
  })

  it('links only to pages and headings that exist', () => {
    const broken = linksIn(text).filter((target) => {
      const [file = '', anchor] = target.split('#')
      const linked = file === '' ? page : join(dirname(page), file)
      if (!existsSync(join(project, linked))) return true
      return anchor !== undefined && !anchorsOf(linked).includes(anchor)
    })
    expect(broken).toEqual([])
  })

  it('has no cell longer than a line', () => {
    // The lifecycle is drawn by a test from its own table.
    const cells =
      page === 'docs/lifecycle.md' ? [] : tableRowsIn(text).flatMap((row) => row.split(/(?<!\\)\|/))
    expect(cells.map((cell) => cell.trim()).filter((cell) => cell.length > longestCell)).toEqual([])
  })

  it('cites only npm scripts that exist', () => {
    const cited = [...text.matchAll(/\bnpm run (?:--silent )?([\w:-]+)/g)].map(([, name = '']) => name)
    expect(cited.filter((name) => !scripts.includes(name))).toEqual([])
    const short = [...text.matchAll(/\bnpm (test|start)\b/g)].map(([, name = '']) => name)
    expect(short.filter((name) => !scripts.includes(name))).toEqual([])
  })
})

describe('docs/configuration.md', () => {
  const named = (text: string, pattern: RegExp) =>
    [...new Set([...text.matchAll(pattern)].map(([, name = '']) => name))].sort()

  it('has a row for every variable of .env.example, and explains none that no file reads', () => {
    const example = named(read('.env.example'), /^#?([A-Z][A-Z_]+)=/gm)
    const tables = read('docs/configuration.md')
      .split('\n## ')
      .find((part) => part.startsWith('Variables'))
    const rows = [...(tables ?? '').matchAll(/^\| (`.+?) +\|/gm)].map(([, cell = '']) => cell).join(' ')
    const explained = named(rows, /`([A-Z][A-Z_]+)`/g)
    expect(example.filter((name) => !explained.includes(name))).toEqual([])
    const parts = readdirSync(new URL('../lib/runtime/env/', import.meta.url))
    const files = ['lib/runtime/env.ts', ...parts.map((name) => `lib/runtime/env/${name}`)]
    const readers = [...files, 'lib/simulator/env.ts', 'lib/web/main.ts'].map(read).join('\n')
    expect(explained.filter((name) => !readers.includes(name))).toEqual([])
    expect(explained.length).toBeGreaterThan(20)
  })
})

describe('docs/commands.md', () => {
  const page = read('docs/commands.md')

  it('has every command of the operator, and none that does not exist', () => {
    const source = ['admin', 'archive', 'moving', 'stop']
      .map((part) => read(`lib/cli/${part}-commands.ts`))
      .join('\n')
    const own = [...source.matchAll(/^ {2}'([a-z-]+:[a-z-]+)': \{$/gm)].map(([, name]) => name)
    const told = [...page.matchAll(/^\|(.+?)\|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([a-z-]+:[a-z-]+)\b[^`]*`/g)].map(([, name]) => name),
    )
    expect([...new Set(told.filter((name) => own.includes(name)))].sort()).toEqual(own.toSorted())
    const afterScripts = page.slice(page.indexOf("## The operator's command line"))
    expect(
      [...afterScripts.matchAll(/^\| `([a-z-]+:[a-z-]+)/gm)].filter(([, name]) => !own.includes(name)),
    ).toEqual([])
  })

  it('has every npm script', () => {
    // The operator's is called with --silent.
    const hidden = ['admin', 'postinstall', 'test:chaos']
    const missing = scripts.filter(
      (name) => !page.includes(`npm run ${name}`) && !page.includes(`npm ${name}\``),
    )
    expect(missing.sort()).toEqual(hidden)
  })

  it('has every flag of settings:set', () => {
    const flags = [...read('lib/cli/flags.ts').matchAll(/^ {2}'([a-z-]+)': '\w+',$/gm)].map(
      ([, flag]) => flag,
    )
    expect(flags.length).toBeGreaterThan(5)
    expect(flags.filter((flag) => !page.includes(`--${flag}`))).toEqual([])
  })
})

describe('README.md', () => {
  it('is two screens and a table of figures: the two commands and the log-ins first', () => {
    const lines = read('README.md').split('\n')
    expect(lines.length).toBeLessThanOrEqual(105)
    const first = lines.slice(0, 40).join('\n')
    for (const needed of ['npm ci && npm run demo', 'npm ci && npm test', 'auditor@demo.example'])
      expect(first).toContain(needed)
  })

  it('shows a picture that is there', () => {
    expect(read('README.md')).toContain('](docs/screenshot.png)')
  })
})
