import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'

const project = join(import.meta.dirname, '..')
const atTop = ['README.md', 'AGENTS.md', 'CONTRIBUTING.md', 'SECURITY.md']
const inDocs = readdirSync(join(project, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => join('docs', name))
const pages = [...atTop, ...inDocs]

const read = (page: string) => readFileSync(join(project, page), 'utf8')
const withoutBlocks = (text: string) => text.replaceAll(/^```[^]*?^```$/gm, '')

/** The project's own folders and top-level files: what begins with one of these is meant as a path of the repository. */
const top = readdirSync(project)
const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts)

/** `lib/payouts/money.ts`, `docs/decisions/`, `eslint.config.js`; no commands, addresses, patterns or files made at run time. */
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

function anchorsOf(page: string): string[] {
  return [...withoutBlocks(read(page)).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  )
}

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

  it('cites only npm scripts that exist', () => {
    const cited = [...text.matchAll(/\bnpm run (?:--silent )?([\w:-]+)/g)].map(([, name = '']) => name)
    expect(cited.filter((name) => !scripts.includes(name))).toEqual([])
    const short = [...text.matchAll(/\bnpm (test|start)\b/g)].map(([, name = '']) => name)
    expect(short.filter((name) => !scripts.includes(name))).toEqual([])
  })
})

describe('README.md', () => {
  const readme = read('README.md')
  const named = (text: string, pattern: RegExp) =>
    [...new Set([...text.matchAll(pattern)].map(([, name = '']) => name))].sort()

  it('has a row for every variable of .env.example, and explains none that no file reads', () => {
    const example = named(read('.env.example'), /^#?([A-Z][A-Z_]+)=/gm)
    const table = readme.split('\n## ').find((part) => part.startsWith('Configuration')) ?? ''
    const rows = [...table.matchAll(/^\| (`.+?) +\|/gm)].map(([, cell = '']) => cell).join(' ')
    const explained = named(rows, /`([A-Z][A-Z_]+)`/g)
    expect(example.filter((name) => !explained.includes(name))).toEqual([])
    const parts = readdirSync(new URL('../lib/runtime/env/', import.meta.url))
    const files = ['lib/runtime/env.ts', ...parts.map((name) => `lib/runtime/env/${name}`)]
    const readers = [...files, 'lib/simulator/env.ts', 'lib/cli/web.ts'].map(read).join('\n')
    expect(explained.filter((name) => !readers.includes(name))).toEqual([])
    expect(explained.length).toBeGreaterThan(20)
  })

  it('shows a picture that is there', () => {
    expect(readme).toContain('](docs/screenshot.png)')
  })
})
