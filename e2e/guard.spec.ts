// What the listener refuses before the framework sees it: foreign hosts, unreadable forms, endless bodies.
import { readFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { expect, test } from './support/fixtures.ts'
import { freePort } from '#lib/processes/free-port.ts'
import { admin, environmentOf, findStack, newStack, run } from './support/stack.ts'

const { appUrl, environment } = findStack()
const port = Number(new URL(appUrl).port)
const { node: actions } = JSON.parse(readFileSync('.next/server/server-reference-manifest.json', 'utf8')) as {
  node: Record<string, { workers: Record<string, unknown> }>
}
const actionIds = Object.keys(actions)

type Answer = { status: number; headers: Record<string, string | string[] | undefined>; text: string }

function ask(path: string, headers: Record<string, string>, method = 'GET', body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port, host: '127.0.0.1', path, method, headers }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
    })
    request.on('error', reject)
    request.end(body)
  })
}

test('a foreign host is answered with 421, on pages and on what pages request', async () => {
  for (const path of [
    '/',
    '/sign-in',
    '/desk',
    '/pay/a-token-that-is-none',
    '/api/auth/session',
    '/_next/static/x.js',
  ]) {
    const answer = await ask(path, { host: 'evil.example' })
    expect([path, answer.status]).toEqual([path, 421])
    expect(answer.text).toContain('This isn’t our address')
    expect(answer.headers['set-cookie']).toBeUndefined()
  }
  const russian = await ask('/', { host: 'evil.example', 'accept-language': 'ru' })
  expect(russian.text).toContain('Это не наш адрес')
  for (const path of ['/api/health/live', '/api/health/ready', '/api/metrics', '/api/v1/openapi.json'])
    expect([path, (await ask(path, { host: '10.0.0.7:3000' })).status]).toEqual([path, 200])
  expect((await ask('/api/cardzo/callback?x=1', { host: '10.0.0.7:3000' })).status).toBe(400)
  expect(
    (await ask('/pay/a-token-that-is-none/return', { host: 'bank.example' }, 'POST')).status,
  ).toBeLessThan(400)
})

const origin = { host: new URL(appUrl).host, origin: appUrl }
const multipart = (fields: [string, string][]) => {
  const parts = fields.map(
    ([name, value]) => `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  return { body: `${parts.join('')}--x--\r\n`, type: 'multipart/form-data; boundary=x' }
}

test('no action answers malformed arguments with 500', async () => {
  expect(actionIds.length).toBeGreaterThan(30)
  for (const id of actionIds) {
    const headers = { ...origin, 'next-action': id }
    const text = { ...headers, 'content-type': 'text/plain;charset=UTF-8' }
    for (const body of ['[]', '', 'null', '[null]', '["$K1"]', '[null,null]', '{"0":1}', '['])
      expect([id, body, (await ask('/sign-in', text, 'POST', body)).status]).toEqual([id, body, 400])
    for (const args of ['[]', '[null]', '["$Q1","$K1"]', '[', '["$K1","$K1"]', '[5,"$T"]']) {
      const { body, type } = multipart([['0', args]])
      const answer = await ask('/sign-in', { ...headers, 'content-type': type }, 'POST', body)
      expect([id, args, answer.status]).toEqual([id, args, 400])
    }
    for (const args of [
      '["$K1"]',
      '[null,"$K1"]',
      '[5,"$K1"]',
      '[{"looked":{"content":5}},"$K1"]',
      '[{"answer":{"looked":{"content":5}}},"$K1"]',
      '[[["x"]],"$K1"]',
    ]) {
      const { body, type } = multipart([
        ['1_x', 'y'],
        ['0', args],
      ])
      const answer = await ask('/sign-in', { ...headers, 'content-type': type }, 'POST', body)
      expect([id, args, answer.status < 500]).toEqual([id, args, true])
    }
    const { body, type } = multipart([
      ['$ACTION_REF_1', ''],
      ['$ACTION_1:0', JSON.stringify({ id, bound: '$@1' })],
      ['$ACTION_1:1', '["$Q9"]'],
    ])
    expect((await ask('/sign-in', { ...origin, 'content-type': type }, 'POST', body)).status).toBe(400)
  }
})

test('an endless form is cut off with 413, announced or not', async () => {
  const chunk = 'x'.repeat(16 * 1024)
  const answer = await new Promise<string>((resolve, reject) => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(
        `POST /sign-in HTTP/1.1\r\nHost: ${origin.host}\r\nOrigin: ${appUrl}\r\nConnection: close\r\n` +
          'Content-Type: multipart/form-data; boundary=x\r\nTransfer-Encoding: chunked\r\n\r\n',
      )
      for (let n = 0; n < 8; n++) socket.write(`${chunk.length.toString(16)}\r\n${chunk}\r\n`)
      socket.write('0\r\n\r\n')
    })
    socket.on('data', (data) => (text += data.toString()))
    socket.on('error', reject)
    socket.on('close', () => resolve(text))
  })
  expect(answer).toMatch(/^HTTP\/1\.1 413/)
  const type = 'multipart/form-data; boundary=x'
  expect(
    (await ask('/sign-in', { ...origin, 'content-type': type }, 'POST', 'x'.repeat(70_000))).status,
  ).toBe(413)
})

test('a page on our host with another scheme or port is foreign', async () => {
  const { body, type } = multipart([[`$ACTION_ID_${actionIds[0] ?? ''}`, '']])
  const { host } = origin
  for (const from of [`https://${host}`, `http://${host.replace(/\d+$/, '1')}`, 'http://evil.example'])
    expect((await ask('/sign-in', { host, origin: from, 'content-type': type }, 'POST', body)).status).toBe(
      403,
    )
})

test('the image optimizer is off', async () => {
  expect((await ask('/_next/image?url=%2Ficon.svg&w=64&q=75', { host: origin.host })).status).toBe(404)
})

test('a stranger gets no cookie on any page', async () => {
  for (const path of [
    '/',
    '/sign-in',
    '/api/auth/session',
    '/api/auth/csrf',
    '/api/auth/providers',
    '/api/auth/signin',
  ])
    for (const method of ['GET', 'POST']) {
      const answer = await ask(path, origin, method)
      expect([method, path, answer.headers['set-cookie']]).toEqual([method, path, undefined])
    }
  expect((await ask('/api/auth/session', origin)).status).toBe(200)
  for (const path of ['/api/auth/csrf', '/api/auth/providers', '/api/auth/signin', '/api/auth/signout'])
    expect((await ask(path, origin)).status).toBe(404)
})

test('beside a gateway that moves real money no web server starts with demo accounts, and it needs no Cardzo key', async () => {
  const port = await freePort(23_900)
  const real = {
    ...environment,
    PORT: String(port),
    APP_URL: 'https://payouts.example.com',
    CARDZO_API_URL: 'https://gateway.invalid/paynet',
    CARDZO_POLL_INTERVAL_MS: '4000',
    CARDZO_TIMEOUT_MS: '30000',
    DATA_KEYS: `e2e:${Buffer.alloc(32, 5).toString('base64')}`,
    CARDZO_PRIVATE_KEY: '',
    CARDZO_PRIVATE_KEY_FILE: '/nowhere/merchant.pem',
  }
  const ada = ['--email', 'ada@demo.example']
  await admin(environment, ['user:create', ...ada, '--role', 'receiver', '--password-stdin'], 'demo-password')
  const refused = await run(process.execPath, ['lib/web/main.ts'], environmentOf('web', real))
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('ada@demo.example')
  expect(refused.stderr).toContain('demo:remove')

  expect(await admin(real, ['demo:remove'])).toMatchObject({ disabled: ['ada@demo.example'] })
  const beside = newStack()
  try {
    const web = beside.start('web', environmentOf('web', real), { name: 'web-real' })
    await beside.untilAnswers(web, `http://127.0.0.1:${port}/api/health/live`)
    expect((await fetch(`http://127.0.0.1:${port}/demo/mail`)).status).toBe(404)
    const page = await fetch(`http://127.0.0.1:${port}/sign-in`)
    expect(page.headers.get('strict-transport-security')).toBe('max-age=63072000; includeSubDomains')
  } finally {
    await beside.stop()
  }
})
