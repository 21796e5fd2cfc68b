import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { compressFiles } from '#lib/processes/compress-files.ts'
import { hotPaths } from './hot-paths.ts'
import { staticFiles, staticPrefix } from './static-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'static-'))
const script = 'export const one = 1\n'.repeat(200)
const pattern = `${staticPrefix}/[[...path]]`
const answererOf = hotPaths(
  (error) => {
    throw error
  },
  { [pattern]: staticFiles(join(folder, 'static')) },
)
const server = createServer((asked, answer) => {
  asked.url ??= '/'
  const found = answererOf(asked)
  if (found) void found(asked, answer)
  else answer.writeHead(599).end('the framework')
})

beforeAll(async () => {
  mkdirSync(join(folder, 'static', 'chunks'), { recursive: true })
  writeFileSync(join(folder, 'secret.js'), 'secret')
  writeFileSync(join(folder, 'static', 'chunks', '0a-b_c~.js'), script)
  writeFileSync(join(folder, 'static', 'font.p.1.woff2'), 'font')
  await compressFiles(join(folder, 'static'))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

async function ask(path: string, headers: Record<string, string> = {}, method = 'GET') {
  const { port } = server.address() as AddressInfo
  const answer = await new Promise<IncomingMessage>((done, fail) => {
    request({ port, host: '127.0.0.1', path, headers, method }, done).once('error', fail).end()
  })
  return { status: answer.statusCode, headers: answer.headers, body: await buffer(answer) }
}
const chunk = `${staticPrefix}/chunks/0a-b_c~.js`

it.each([
  ['br', 'gzip, deflate, br, zstd', brotliDecompressSync],
  ['gzip', 'gzip, deflate', gunzipSync],
  [undefined, 'identity', (body: Buffer) => body],
] as const)('sends a script as %s to somebody who takes %s', async (encoding, accepted, open) => {
  const { status, headers, body } = await ask(chunk, { 'accept-encoding': accepted })
  expect(status).toBe(200)
  expect(headers['content-encoding']).toBe(encoding)
  expect(headers['content-length']).toBe(String(body.length))
  expect(headers['content-type']).toBe('text/javascript; charset=utf-8')
  expect(headers['cache-control']).toBe('public, max-age=31536000, immutable')
  if (encoding) expect(headers['vary']).toMatch(/accept-encoding/i)
  expect(open(body).toString()).toBe(script)
})

it('says to HEAD what GET would send, without a body', async () => {
  const { headers, body } = await ask(chunk, { 'accept-encoding': 'br' }, 'HEAD')
  const sent = await ask(chunk, { 'accept-encoding': 'br' })
  expect(headers['content-length']).toBe(String(sent.body.length))
  expect(body).toHaveLength(0)
})

it('sends a font as it is', async () => {
  const { headers, body } = await ask(`${staticPrefix}/font.p.1.woff2`, { 'accept-encoding': 'br' })
  expect(headers['content-type']).toBe('font/woff2')
  expect(headers['content-encoding']).toBeUndefined()
  expect(body.toString()).toBe('font')
})

it.each([
  `${staticPrefix}/chunks/none.js`,
  `${staticPrefix}/chunks`,
  `${staticPrefix}/chunks/0a-b_c~.js/more`,
  staticPrefix,
])('has no %s', async (path) => {
  const { status, headers, body } = await ask(path)
  expect([status, body.toString()]).toEqual([404, 'Not Found'])
  expect(headers['cache-control']).toBeUndefined()
})

it.each([
  `${staticPrefix}/../secret.js`,
  `${staticPrefix}/%2e%2e/secret.js`,
  `${staticPrefix}/..%2fsecret.js`,
  `${staticPrefix}//secret.js`,
])('leaves %s to the framework', async (path) => {
  expect((await ask(path)).status).toBe(599)
})

it('leaves every other method to the framework', async () => {
  expect((await ask(chunk, {}, 'POST')).status).toBe(599)
})
