// Lint still refuses what it must: oxlint and its plugins may change between two versions without a word.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'

/** Code that is wrong, a line for each rule that refuses it. The rest of each file is right. */
const wrong: Record<string, [rule: string, line: string][]> = {
  // What needs types.
  'lib/payouts/typed.ts': [
    ['typescript(no-floating-promises)', 'export function send(): void { work() }'],
    [
      'typescript(no-misused-promises)',
      'export const sendAll = () => { list.forEach(async () => { await work() }) }',
    ],
    ['typescript(await-thenable)', 'export const wait = async () => { await text }'],
    ['typescript(require-await)', 'export async function hurry(): Promise<number> { return 1 }'],
    [
      'typescript(return-await)',
      'export async function tried(): Promise<number> { try { return work() } catch { return 1 } }',
    ],
    ['typescript(no-unsafe-assignment)', 'export const assigned: string = JSON.parse(text)'],
    ['typescript(no-unsafe-return)', 'export function given(): string { return JSON.parse(text) }'],
    ['typescript(no-unsafe-argument)', 'export const asked = text.includes(JSON.parse(text))'],
    ['typescript(no-unsafe-member-access)', 'export const member = Number(JSON.parse(text).x)'],
    ['typescript(no-unnecessary-condition)', 'export const never = text === undefined ? 1 : 2'],
    [
      'typescript(switch-exhaustiveness-check)',
      "export const all = () => { switch (kind) { case 'a': work().catch(String) } }",
    ],
    ['typescript(restrict-template-expressions)', 'export const shown = `${list}`'],
    ['typescript(restrict-plus-operands)', 'export const sum = text + 1'],
    ['typescript(no-confusing-void-expression)', 'export function answer(): void { return send() }'],
    ['typescript(only-throw-error)', 'export function refuse(): never { throw text }'],
    ['typescript(unbound-method)', 'export const loose = text.trim'],
    ['typescript(no-deprecated)', 'export const old = text.substr(1)'],
    ['typescript(no-unsafe-enum-comparison)', "export const same = (mode: Mode) => mode === 'x'"],
  ],
  // What does not.
  'lib/payouts/plain.ts': [
    ['typescript(no-explicit-any)', 'export type Anything = any'],
    ['typescript(no-non-null-assertion)', 'export const first = [1][0]!'],
    ['typescript(ban-ts-comment)', '// @ts-ignore'],
    ['eslint(no-console)', 'console.log(1)'],
    ['eslint(no-restricted-properties)', "export const setting = process.env['X']"],
    ['eslint(no-unused-vars)', 'const unused = 1'],
    ['eslint(prefer-const)', 'export function changed(): number { let one = 1; return one }'],
    ['unused directive', '// oxlint-disable-next-line no-console -- nothing to disable'],
  ],
  // Who may import whom.
  'lib/payouts/arrows.ts': [
    ['boundaries(dependencies)', "export { Pool } from 'pg'"],
    ['boundaries(dependencies)', "export { loop } from '#lib/worker/loop.ts'"],
    ['boundaries(dependencies)', "export type { Loop } from '../worker/loop.ts'"],
    ['boundaries(dependencies)', "export const late = import('#lib/worker/loop.ts')"],
    ['typescript(consistent-type-imports)', "import { one } from './other.ts'"],
  ],
  // What is read from a standby decides nothing: neither can a deciding verb name it, nor a page that acts reach it.
  'lib/services/approval/reads-elsewhere.ts': [
    ['boundaries(dependencies)', "export type { ReadStores } from '#lib/services/standby/ports.ts'"],
    ['boundaries(dependencies)', "export type { Reads } from '../standby/ports.ts'"],
    ['boundaries(dependencies)', "export { createReadStores } from '#lib/db/standby/read-stores.ts'"],
  ],
  'lib/services/order/reads-elsewhere.ts': [
    ['boundaries(dependencies)', "export type { ReadStores } from '#lib/services/standby/ports.ts'"],
  ],
  'lib/db/reads-elsewhere.ts': [
    ['boundaries(dependencies)', "export { createStandby } from '#lib/db/standby/standby.ts'"],
  ],
  'lib/runtime/reads-elsewhere.ts': [
    ['boundaries(dependencies)', "export { openForPage } from '#lib/runtime/standby/standby.ts'"],
  ],
  'app/_server/session.ts': [
    ['boundaries(dependencies)', "export { openReads } from '#app/_server/standby/reads.ts'"],
  ],
  'app/desk/approve/page.ts': [
    ['boundaries(dependencies)', "export { openReads } from '#app/_server/standby/reads.ts'"],
    ['boundaries(dependencies)', "export { showReport } from '#lib/services/standby/show-report.ts'"],
    ['boundaries(dependencies)', "export { openForPage } from '#lib/runtime/standby/standby.ts'"],
  ],
  // Past a room's door.
  'lib/gateway/door.ts': [['boundaries(dependencies)', "export { sign } from '#lib/cardzo/sign.ts'"]],
  'lib/strange/room.ts': [['boundaries(no-unknown-files)', 'export const nowhere = 1']],
  'lib/db/circle.ts': [['import(no-cycle)', "export { back } from './circle-back.ts'"]],
  'lib/db/circle-back.ts': [['import(no-cycle)', "export { there } from './circle.ts'"]],
  'lib/db/long.ts': [['eslint(max-lines)', '//\n'.repeat(301)]],
  'app/page.tsx': [
    ['portal(text-of-its-own)', 'export const Bare = ({ on }: Props) => <p>bare {on && <b>bold</b>}</p>'],
    [
      'portal(text-of-its-own)',
      'export const Named = ({ on, name }: Props) => <p>{name}{on ? <b>bold</b> : null}</p>',
    ],
    [
      'react-hooks(rules-of-hooks)',
      'export function Sometimes({ on }: Props) { if (on) useRef(1); return null }',
    ],
    [
      'react-hooks(exhaustive-deps)',
      'export function Stale({ name }: Props) { useEffect(() => { document.title = name }, []); return null }',
    ],
    ['react(purity)', 'export const Changes = () => <p>{Math.random()}</p>'],
    ['react(refs)', 'export function Reads() { const ref = useRef(1); return <p>{ref.current}</p> }'],
  ],
}
/** What comes first in some of these files, and files that are right. */
const before: Record<string, string> = {
  'lib/payouts/typed.ts': `
    declare function work(): Promise<number>
    declare const text: string
    declare const list: string[]
    declare const kind: 'a' | 'b'
    enum Mode { X = 'x' }`,
  'lib/payouts/arrows.ts': 'export const typeOnly = (given: one) => given',
  'lib/payouts/other.ts': 'export type one = 1',
  'lib/worker/loop.ts': 'export const loop = 1\nexport type Loop = 1',
  'lib/cardzo/sign.ts': 'export const sign = 1',
  'app/page.tsx': `
    import { useEffect, useRef } from 'react'
    type Props = { on: boolean; name: string }
    export const Fine = ({ on }: Props) => <p><span>text</span>{on && <b>bold</b>}</p>`,
  'lib/services/standby/ports.ts': 'export type ReadStores = 1\nexport type Reads = 1',
  'lib/services/standby/show-report.ts': 'export const showReport = 1',
  'lib/db/standby/read-stores.ts': 'export const createReadStores = 1',
  'lib/db/standby/standby.ts': 'export const createStandby = 1',
  'lib/runtime/standby/standby.ts': 'export const openForPage = 1',
  'app/_server/standby/reads.ts':
    "export { openForPage as openReads } from '#lib/runtime/standby/standby.ts'",
  // What a room may do that others may not.
  'app/desk/reports/page.tsx': `
    export { openReads } from '#app/_server/standby/reads.ts'
    export { showReport } from '#lib/services/standby/show-report.ts'`,
  'lib/cli/main.ts': "console.log(process.env['X'])",
  'lib/payouts/any.test.ts': "import { loop } from '#lib/worker/loop.ts'\nexport const tested = [loop][0]!",
}

const firstOf = (file: string) => before[file]?.split('\n') ?? []

type Report = {
  diagnostics: { code?: string; message: string; filename: string; labels: { span: { line: number } }[] }[]
}
const project = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'lint-'))
/** `file:line rule`, as lint finds them. */
let found: string[] = []

beforeAll(() => {
  for (const file of ['oxlint.config.ts', 'scripts/lint-rules.ts', 'tsconfig.json', 'package.json'])
    cpSync(join(project, file), join(folder, file))
  symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'))
  for (const file of new Set([...Object.keys(before), ...Object.keys(wrong)])) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    const lines = (wrong[file] ?? []).map(([, line]) => line)
    writeFileSync(join(folder, file), [...firstOf(file), ...lines, ''].join('\n'))
  }
  const oxlint = join(project, 'node_modules/.bin/oxlint')
  const { status, stdout } = spawnSync(oxlint, ['--format', 'json', 'app', 'lib'], {
    cwd: folder,
    encoding: 'utf8',
  })
  expect(status).toBe(1)
  const { diagnostics } = JSON.parse(stdout) as Report
  found = diagnostics.flatMap(({ code = 'unused directive', filename, labels }) =>
    labels.map(({ span }) => `${filename}:${span.line} ${code}`),
  )
}, 60_000)
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const planted = Object.entries(wrong).flatMap(([file, lines]) =>
  lines.map(([rule, line], n) => {
    // That a file is too long is said at its end.
    const at = firstOf(file).length + 1 + n + (line.split('\n').length - 1)
    return `${file}:${at} ${rule}`
  }),
)
it.each(planted)('refuses %s', (where) => {
  expect(found).toContain(where)
})

it('refuses nothing that is right', () => {
  const right = Object.keys(before).filter((file) => !(file in wrong))
  expect(found.filter((one) => right.some((file) => one.startsWith(`${file}:`)))).toEqual([])
})
