/** Holds docs/glossary.md against the code: no name, file, comment or page of the docs uses a word that the glossary replaces. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const project = join(import.meta.dirname, '..')
const rooms = ['lib', 'app', 'e2e', 'bench', 'scripts', 'docs']
const ignored = /^lib\/db\/generated\/|^docs\/glossary\./

/** Where a word has to stay: somebody else's name, or what databases hold since before it was renamed. A path, and the word. */
const allowed: readonly (readonly [path: RegExp, word: string])[] = [
  // An address of next-auth.
  [/\/guard\.spec\.ts$/, 'signin'],
  // The stored key of a retry.
  [/docs\/database\.md$|\/retry-payout\.ts$|\/retry-key\.test\.ts$/, 'anew'],
  // An index is named after its table and column.
  [/docs\/what-runs-often\.md$/, 'payout account'],
  // Grafana's word for a page of charts.
  [/\/watch-files\.test\.ts$|\/(operations|features|proofs|0035-[\w-]+)\.md$/, 'dashboard'],
  // What an upgrade renames.
  [/\/upgrade\.db\.test\.ts$/, 'gateway refuses us'],
]

type Place = { path: string; text: string }

/** Words in lower case with single blanks between: `askAnew`, `ask_anew` and `ask-anew.ts` all hold "ask anew". */
function words(text: string): string {
  return text
    .replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, ' ')
    .replaceAll(/[^\p{L}\p{N}’']+/gu, ' ')
    .toLowerCase()
}

/** Names, code-like texts ('locked_out') and comments. What pages say to people is not looked at. */
function wordsOfCode(path: string, source: string): string[] {
  const kind = path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, false, kind)
  const found: string[] = []
  const comments = new Set<number>()
  const visit = (node: ts.Node) => {
    if (ts.isIdentifier(node)) found.push(node.text)
    else if (ts.isStringLiteralLike(node) && /^[\w.#/-]+$/.test(node.text)) found.push(node.text)
    if (!ts.isJsxText(node)) {
      const around = [
        ...(ts.getLeadingCommentRanges(source, node.pos) ?? []),
        ...(ts.getTrailingCommentRanges(source, node.pos) ?? []),
        ...(ts.getTrailingCommentRanges(source, node.end) ?? []),
      ]
      for (const { pos, end } of around) {
        if (!comments.has(pos)) found.push(source.slice(pos, end).replaceAll(/^\s*\*/gm, ''))
        comments.add(pos)
      }
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

function* places(): Generator<Place> {
  for (const room of rooms) {
    let names: string[]
    try {
      names = readdirSync(join(project, room), { recursive: true, encoding: 'utf8' })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue
      throw error
    }
    for (const name of names) {
      const path = join(room, name)
      if (ignored.test(path) || !/\.(tsx?|md|sql|css)$/.test(path)) continue
      const source = readFileSync(join(project, path), 'utf8')
      const texts = /\.tsx?$/.test(path) ? wordsOfCode(path, source) : [source]
      yield { path, text: [path, ...texts].map(words).join(' | ') }
    }
  }
}

const rows = [
  ...readFileSync(join(project, 'docs/glossary.md'), 'utf8').matchAll(
    /^\| (?!word|-)(.+?) \|(.+?)\|(.+?)\|$/gm,
  ),
]
/** Words of no concept that nobody would say. */
const stilted = ['whoever', 'can not', 'for ever']
const replaced = [
  ...rows.flatMap(([, , , not = '']) => not.split(',').map((word) => word.trim())),
  ...stilted,
]
const all = [...places()]

/** The paths in which a word occurs, but for those where it may. */
function pathsWith(word: string): string[] {
  const pattern = new RegExp(`(?<!\\p{L})${words(word).trim()}(?!\\p{L})`, 'u')
  const mayStay = allowed.filter(([, one]) => one === word).map(([path]) => path)
  return all
    .filter(({ path, text }) => pattern.test(text) && !mayStay.some((one) => one.test(path)))
    .map(({ path }) => path)
}

describe('docs/glossary.md', () => {
  it('is short, and every line says what is not said', () => {
    expect(rows.length).toBeGreaterThan(15)
    expect(
      readFileSync(join(project, 'docs/glossary.md'), 'utf8').trimEnd().split('\n').length,
    ).toBeLessThanOrEqual(25)
    expect(replaced.filter((word) => word === '')).toEqual([])
    expect(all.length).toBeGreaterThan(300)
  })

  it.each(replaced)('nothing says "%s"', (word) => {
    expect(pathsWith(word)).toEqual([])
  })

  it('allows nothing that is not there', () => {
    expect(
      allowed.filter(
        ([path, word]) => !all.some((place) => path.test(place.path)) || !replaced.includes(word),
      ),
    ).toEqual([])
  })
})
