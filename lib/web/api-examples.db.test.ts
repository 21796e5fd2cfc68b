/** The programs of docs/api-examples.md: what they name exists, and each runs, where the machine has its language. */
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { apiPaths, describeApi } from '#app/_server/openapi/describe-api.ts'
import { payoutListQuery } from '#lib/contract/list-query.ts'
import { createApiWorld } from './testing/api-world.ts'
import type { ApiWorld } from './testing/api-world.ts'

const doors = vi.hoisted(() => ({ getDeps: vi.fn() }))
vi.mock('#app/_server/deps.ts', () => ({ getDeps: doors.getDeps }))
vi.mock('#lib/runtime/deps.ts', () => import('#lib/db/engine/away.ts'))

const page = readFileSync('docs/api-examples.md', 'utf8')
const languages = {
  sh: { program: 'bash', file: 'example.sh' },
  ts: { program: process.execPath, file: 'example.ts' },
  python: { program: 'python3', file: 'example.py' },
  php: { program: 'php', file: 'example.php' },
} as const
type Language = keyof typeof languages

const blocks = [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({
  language: language as Language,
  text,
}))

/** Every name of a field in a schema, at any depth. */
function* fieldsIn(node: unknown): Generator<string> {
  if (typeof node !== 'object' || node === null) return
  for (const [name, inner] of Object.entries(node)) {
    if (name === 'properties' && typeof inner === 'object' && inner !== null)
      yield* Object.keys(inner as object)
    yield* fieldsIn(inner)
  }
}
const fields = new Set(fieldsIn(JSON.parse(JSON.stringify(describeApi().components.schemas))))
/** Those of the list's query, of an example's `destination`, its own `metadata`, of requests to the language's own library, and of HTTP. */
const others = [
  ...Object.keys(payoutListQuery.shape),

  'account_number',
  'bank_name',
  'order',
  'http',
  'method',
  'header',
  'content',
  'ignore_errors',
  'timeout',
]

/** The body that a program sends, read out of its text, whatever its language writes objects with. */
function bodyIn(text: string): unknown {
  const from = text.search(/payouts\.create\(|\/api\/v1\/payouts["']?,?[^\n]*(\n\s*)?[{[]/)
  const begin = text.slice(from).search(/\{|\[\n/) + from
  let depth = 0
  let end = begin
  do {
    if ('{['.includes(text[end] ?? '')) depth++
    if ('}]'.includes(text[end] ?? '')) depth--
    end++
  } while (depth > 0 && end < text.length)
  const json = text
    .slice(begin, end)
    .replaceAll('=>', ':')
    .replaceAll('[', '{')
    .replaceAll(']', '}')
    .replaceAll(`"'"$order"'"`, '"order-1234"')
    .replaceAll(/: *(\$order|ORDER)\b/g, ': "order-1234"')
    .replaceAll(/\{ *order *\}/g, '{ order: "order-1234" }')
    .replaceAll("'", '"')
    .replaceAll(/([{,]\s*)(\w+)\s*:/g, '$1"$2":')
    .replaceAll(/,(\s*\})/g, '$1')
  return JSON.parse(json)
}

let world: ApiWorld
let folder: string
beforeAll(async () => {
  world = await createApiWorld({ requiredFields: ['account_number', 'bank_name', 'first_name'] })
  doors.getDeps.mockResolvedValue(world.portal.deps)
  folder = mkdtempSync(join(tmpdir(), 'api-examples-'))
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await world.close()
})

it('there is one program for each language', () => {
  expect(blocks.map(({ language }) => language)).toEqual(['sh', 'ts', 'python', 'php'])
})

describe.each(blocks)('the program in $language', ({ language, text }) => {
  it('names addresses and fields that the API has', () => {
    const named = [...text.matchAll(/\/api\/v1[^\s"'?`]*/g)].map(([path]) => path)
    const shapes = Object.keys(apiPaths).map(
      (path) => new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
    )
    const plain = (path: string) => path.replaceAll(/\{[^}]*\}?|\$id/g, 'x').replaceAll(/x'id'\]\}/g, 'x')
    for (const path of named)
      expect(
        shapes.some((shape) => shape.test(plain(path))),
        path,
      ).toBe(true)
    const given = [...text.matchAll(/["']?\b([A-Za-z_]+)\b["']?\s*(?::|=>)\s*["'[{]/g)].map(
      ([, name = '']) => name,
    )
    const own = given.filter((name) => !['idempotencyKey', 'baseUrl', 'apiKey'].includes(name))
    expect(own).toContain('amount')
    for (const name of own.filter((one) => !['retry', 'catch', 'int'].includes(one)))
      expect(fields.has(name) || others.includes(name), name).toBe(true)
  })

  it('sends what the API takes, the same as the others', async () => {
    const body = bodyIn(text)
    expect(body).toEqual(bodyIn(blocks[0]?.text ?? ''))
    const answer = await fetch(`${world.served.url}/api/v1/payouts`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${await world.makeKey()}`,
        'Content-Type': 'application/json',
        'Idempotency-Key': `read-${language}`,
      },
      body: JSON.stringify(body),
    })
    expect([answer.status, await answer.json()]).toMatchObject([201, { metadata: { order: 'order-1234' } }])
  })

  const { program, file } = languages[language]
  const isHere = spawnSync(program, ['--version']).status === 0

  // Without the language, the tests above are all that can be said.
  if (isHere)
    it('asks for a payout once, reads it, cancels it and lists it', async () => {
      const path = join(folder, file)
      const client = pathToFileURL(resolve('clients/typescript/src/index.ts')).href
      writeFileSync(path, text.replace("'payout-portal-client'", `'${client}'`))
      const order = `order-${language}`
      const env = {
        ...process.env,
        NODE_OPTIONS: '',
        PORTAL: world.served.url,
        KEY: await world.makeKey(),
        ORDER: order,
      }
      const run = async () => (await promisify(execFile)(program, [path], { env, timeout: 60_000 })).stdout
      const [first, again] = [await run(), await run()]
      const [payout, ...more] = await world.portal.prisma.payout.findMany({
        where: { idempotencyKey: `api:${order}` },
      })
      expect([payout?.status, more.length]).toEqual(['cancelled', 0])
      for (const said of [first, again]) expect(said).toContain(payout?.id)
      expect(again).toContain('cancelled')
    })
})
