import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { judgeForm, readBody, withBody } from './form-post.ts'

const known = '70' + 'a'.repeat(40)
const knows = (id: string) => id === known

/** As a browser sends it. */
async function judge(fields: [string, string][], headers: Record<string, string> = {}) {
  const form = new FormData()
  for (const [name, value] of fields) form.append(name, value)
  const sent = new Response(form)
  const type = sent.headers.get('content-type') ?? ''
  const body = Buffer.from(await sent.arrayBuffer())
  return judgeForm({ 'content-type': type, ...headers }, body, knows)
}
const raw = (body: string, headers: Record<string, string>) => judgeForm(headers, Buffer.from(body), knows)
const script = { 'next-action': known }

describe('a form sent by script', () => {
  it.each([
    ['["$K1"]'],
    ['[null,"$K1"]'],
    ['[{"message":null,"values":{"a":"$$5"},"n":"$n12","gone":"$undefined"},"$K1"]'],
    // The same object twice, as in a policy with equal sources for two currencies.
    ['[{"draft":{"EUR":{"of":["api"]},"USD":{"of":"$0:0:draft:EUR:of"}}},"$K1"]'],
  ])('goes to the framework with the arguments %s', async (args) => {
    expect(
      await judge(
        [
          ['1_email', 'a@x.example'],
          ['0', args],
        ],
        script,
      ),
    ).toEqual({ kind: 'form' })
  })

  it.each([
    '[]',
    '{}',
    'null',
    '5',
    '"$K1"',
    '[',
    '',
    '["$undefined"]',
    '[null]',
    '[null,null]',
    '["$K1",null]',
    '[null,null,"$K1"]',
    '["$Q1","$K1"]',
    '["$1","$K1"]',
    '[{"a":["$F2"]},"$K1"]',
    '["$@1","$K1"]',
    '[{"a":"$0:0:b","b":[]},"$K1"]',
    '[{"a":["$0:0:a"]},"$K1"]',
    '[{"a":[],"b":"$0:0"},"$K1"]',
    '[{"a":[],"b":"$0"},"$K1"]',
    '[{"a":[],"b":"$0:0:c"},"$K1"]',
    '[{"a":[],"b":"$0:0:a:constructor"},"$K1"]',
    '[{"a":[],"b":"$0:0:a:__proto__"},"$K1"]',
    '[{"a":[],"b":"$1:0:a"},"$K1"]',
    `[${'['.repeat(200)}${']'.repeat(200)},"$K1"]`,
  ])('is malformed with the arguments %s', async (args) => {
    expect(await judge([['0', args]], script)).toEqual({ kind: 'malformed' })
  })

  it('is malformed without arguments, with two lists of them, as text, or cut off', async () => {
    expect(await judge([['email', 'x']], script)).toEqual({ kind: 'malformed' })
    expect(
      await judge(
        [
          ['0', '["$K1"]'],
          ['0', '["$K1"]'],
        ],
        script,
      ),
    ).toEqual({ kind: 'malformed' })
    for (const type of ['text/plain;charset=UTF-8', 'application/x-www-form-urlencoded', 'application/json'])
      expect(await raw('[]', { ...script, 'content-type': type })).toEqual({ kind: 'malformed' })
    for (const type of ['multipart/form-data', 'multipart/form-data; boundary=x'])
      expect(await raw('--x\r\nhalf', { ...script, 'content-type': type })).toEqual({ kind: 'malformed' })
  })
})

describe('a form sent without script', () => {
  const bound = (id: string, state = '[null]'): [string, string][] => [
    ['$ACTION_REF_1', ''],
    ['$ACTION_1:0', JSON.stringify({ id, bound: '$@1' })],
    ['$ACTION_1:1', state],
    ['$ACTION_KEY', 'k'],
  ]

  it('goes to the framework if its action is of this build', async () => {
    expect(await judge([...bound(known), ['email', 'x']])).toEqual({ kind: 'form' })
    const twice = '[{"EUR":{"of":["api"]},"USD":{"of":"$1:0:EUR:of"}}]'
    expect(await judge(bound(known, twice))).toEqual({ kind: 'form' })
    expect(await judge([[`$ACTION_ID_${known}`, '']])).toEqual({ kind: 'form' })
    expect(await judge([['email', 'x']])).toEqual({ kind: 'form' })
    expect(await raw('a=b', { 'content-type': 'application/x-www-form-urlencoded' })).toEqual({
      kind: 'form',
    })
  })

  it('returns what was typed if its action is of another build, without secrets', async () => {
    const typed: [string, string][] = [
      ['email', 'ada@x.example'],
      ['reason', '<b>why</b>'],
      ['password', 'a secret'],
      ['code', '123456'],
      ['contentHash', 'ab'],
      ['id', 'x'],
      ['empty', ' '],
    ]
    for (const action of [bound('70' + 'b'.repeat(40)), [[`$ACTION_ID_x`, '']] as [string, string][]])
      expect(await judge([...action, ...typed])).toEqual({ kind: 'unknown_action', typed: typed.slice(0, 2) })
  })

  it.each(['', '[', '["$Qff"]', '["$1"]', '["$K1"]'])('is malformed with the state %j', async (state) => {
    expect(await judge(bound(known, state))).toEqual({ kind: 'malformed' })
  })
})

describe('a body', () => {
  const most = 1000
  const server = createServer((request, response) => {
    void readBody(request, most).then(async (body) => {
      if (body === 'too_large') return response.writeHead(413).end()
      const again = withBody(request, body)
      let text = ''
      for await (const chunk of again) text += String(chunk)
      return response.end(JSON.stringify([again.method, again.headers['content-length'], text.length]))
    })
  })
  let port: number
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  })
  afterAll(() => server.close())

  /** The first line of the answer to a request sent in chunks of `size` characters, without a length. */
  const sendChunked = (size: number, count: number) =>
    new Promise<string>((resolve, reject) => {
      let answer = ''
      const socket = connect(port, '127.0.0.1', () => {
        socket.write('POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n')
        for (let n = 0; n < count; n++) socket.write(`${size.toString(16)}\r\n${'x'.repeat(size)}\r\n`)
        socket.write('0\r\n\r\n')
      })
      socket.on('data', (chunk) => (answer += chunk.toString()))
      socket.on('error', reject)
      socket.on('close', () => resolve(answer))
    })

  it('is counted as it arrives, announced or not', async () => {
    const announced = (length: number) =>
      fetch(`http://127.0.0.1:${port}`, { method: 'POST', body: 'x'.repeat(length) })
    expect(await (await announced(most)).json()).toEqual(['POST', String(most), most])
    expect((await announced(most + 1)).status).toBe(413)
    expect(await sendChunked(100, 10)).toContain(`["POST","${most}",${most}]`)
    expect(await sendChunked(100, 11)).toMatch(/^HTTP\/1\.1 413/)
    expect(await sendChunked(10_000, 20)).toMatch(/^HTTP\/1\.1 413/)
    const announcedOnly = new Promise<string>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () =>
        socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n'),
      )
      socket.once('data', (chunk) => {
        resolve(chunk.toString())
        socket.destroy()
      })
      socket.once('error', reject)
    })
    expect(await announcedOnly).toMatch(/^HTTP\/1\.1 413/)
  })
})
