/**
 * Nothing in the repository cites a page that is not in it. One form only: `docs/protocol.md#callbacks`, a page and perhaps a
 * heading of it. (docs/paths.test.ts holds the links and paths inside the pages.)
 */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { anchorsIn } from './anchors.ts'

const project = join(import.meta.dirname, '..')
const skipped =
  /^(node_modules|\.git|\.data|\.next|test-results|playwright-report)$|^lib\/db\/generated$|^docs\/citations\.test\.ts$/
const readable = /\.(tsx?|[cm]?js|md|sql|css|prisma|ya?ml|sh)$|^\.env\.example$|^\.ci\/run$/

function* filesBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(join(project, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (skipped.test(path) || skipped.test(entry.name)) continue
    if (entry.isDirectory()) yield* filesBelow(path)
    else if (readable.test(path)) yield path
  }
}
const files = [...filesBelow('')].map((path) => ({ path, text: readFileSync(join(project, path), 'utf8') }))

const found = (pattern: RegExp, within = files) =>
  within.flatMap(({ path, text }) =>
    [...text.matchAll(pattern)].map(([whole, ...parts]) => ({ path, whole, parts })),
  )

describe('citations', () => {
  it('name pages and headings that exist', () => {
    const cited = found(/\bdocs\/([\w./-]+\.md)(?:#([\w-]+))?/g)
    expect(cited.length).toBeGreaterThan(30)
    const broken = cited.filter(({ parts: [page = '', heading] }) => {
      const file = join(project, 'docs', page)
      if (!existsSync(file) || !statSync(file).isFile()) return true
      return heading !== undefined && !anchorsIn(readFileSync(file, 'utf8')).includes(heading)
    })
    expect(broken.map(({ path, whole }) => `${path}: ${whole}`)).toEqual([])
  })

  it.each([
    [
      'a numbered section of a page',
      /\b(?:contract|protocol|architecture|glossary|SECURITY|AGENTS),?\s+\(?(?:section |§ ?)?\d+(?:\.\d+)*\b/gi,
    ],
    ['a section without its page', /(?<!RFC \d+ )(?:\bsection|§) ?\d+(?:\.\d+)*\b/gi],
    ['a row or an issue by its number', /\b(?:row|issue|finding|requirement) #?[A-Z]{0,2}\d+\b/g],
    [
      'a page that is kept elsewhere',
      /\b(?:contract|protocol|architecture|stack|cluster|anchors-\w+|rows-today|ux-review)\.md\b/g,
    ],
    ['a folder outside the repository', /\.\.\/shared\b|\/work\/|\/rooms\//g],
  ])('are not %s', (_what, pattern) => {
    const old = found(pattern).filter(({ path, whole }) => {
      // Inside docs/ a link names a page by its file alone; docs/paths.test.ts follows those.
      if (!whole.endsWith('.md')) return true
      const pages = files.filter((file) => file.path === join('docs', whole)).length
      return !(pages === 1 && (path.endsWith('.md') || citesWithFolder(path, whole)))
    })
    expect(old.map(({ path, whole }) => `${path}: ${whole}`)).toEqual([])
  })

  it('use a fault’s label only if docs/reliability.md explains it', () => {
    const page = readFileSync(join(project, 'docs/reliability.md'), 'utf8')
    const ranges = [...page.matchAll(/\bFI-(\d+)(?: to FI-(\d+))?/g)].map(([, from, to]) => [
      Number(from),
      Number(to ?? from),
    ])
    const explained = (label: number) => ranges.some(([from = 0, to = 0]) => label >= from && label <= to)
    const unexplained = found(/\bFI-(\d+)/g).filter(({ parts: [label] }) => !explained(Number(label)))
    expect(unexplained.map(({ path, whole }) => `${path}: ${whole}`)).toEqual([])
  })
})

/** Whether every mention of a page in this file says that it is below docs/. */
function citesWithFolder(path: string, page: string): boolean {
  const text = files.find((file) => file.path === path)?.text ?? ''
  return text.split(page).length === text.split(`docs/${page}`).length
}
