/** The examples of docs/webhooks.md verify what the portal really signs, and the example of a message has the shape of one. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { eventViewSchema } from '#lib/contract/event.ts'
import { freshSecret, signedHeaders } from '#lib/services/webhook/sign-webhook.ts'

const page = readFileSync(new URL('webhooks.md', import.meta.url), 'utf8')
const exampleIn = (language: string) =>
  new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'm').exec(page)?.[1] ?? ''

const folder = mkdtempSync(join(tmpdir(), 'webhooks-'))
afterAll(() => rmSync(folder, { recursive: true }))

const body = '{"type":"payout.paid","name":"Łódź"}'
const secrets = [freshSecret(), freshSecret()]
const signed = (atMs = Date.now()) => signedHeaders({ id: 'evt_7', body, atMs }, secrets)

it('the message on the page is one', () => {
  expect(eventViewSchema.parse(JSON.parse(exampleIn('json')))).toEqual(JSON.parse(exampleIn('json')))
})

it('the example in TypeScript takes what we sign, with each secret, and nothing else', async () => {
  const file = join(folder, 'verify.ts')
  writeFileSync(file, exampleIn('ts'))
  const { verify } = (await import(pathToFileURL(file).href)) as {
    verify: (secret: string, headers: Record<string, string>, body: string) => unknown
  }
  for (const secret of secrets) expect(verify(secret, signed(), body)).toEqual(JSON.parse(body))
  expect(() => verify(freshSecret(), signed(), body)).toThrow('wrong signature')
  expect(() => verify(secrets[0]!, signed(), `${body} `)).toThrow('wrong signature')
  expect(() => verify(secrets[0]!, signed(Date.now() - 301_000), body)).toThrow('too old')
})

it('so does the one in Python, where there is a Python', () => {
  const example = exampleIn('python')
  for (const needed of ['webhook-id', 'webhook-timestamp', 'webhook-signature', 'whsec_', 'compare_digest'])
    expect(example).toContain(needed)
  // A text of JSON is one of Python too.
  const literal = (value: unknown) => `json.loads(${JSON.stringify(JSON.stringify(value))})`
  const run = (secret: string, said: string) => {
    const call = `verify(${literal(secret)}, ${literal(signed())}, ${literal(said)}.encode())`
    return spawnSync('python3', ['-'], { encoding: 'utf8', input: `${example}\nprint(${call}["type"])\n` })
  }
  const good = run(secrets[1]!, body)
  if (good.error !== undefined) {
    expect(good.error).toMatchObject({ code: 'ENOENT' })
    return
  }
  expect(good.stdout.trim()).toBe('payout.paid')
  expect(run(secrets[1]!, `${body} `).stderr).toContain('wrong signature')
})
