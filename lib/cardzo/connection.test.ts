import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createCardzoConnection, findConnectionProblems, type CardzoConnectionOptions } from './connection.ts'
import { CardzoConfigError } from './errors.ts'
import kat from './kat.json' with { type: 'json' }

const vector = kat.oauth[0]!
const options: CardzoConnectionOptions = {
  baseUrl: 'https://sandbox.gateway.example/paynet',
  endpoint: { id: '39915' },
  login: 'test-login',
  privateKeyPem: kat.testKey.privatePkcs8Pem,
  merchantControl: 'D5F82EC1-8575-4482-AD89-97X6X0X20X22',
  timeoutMs: 1000,
}
const codes = (change: Partial<CardzoConnectionOptions>) =>
  findConnectionProblems({ ...options, ...change }).map(({ code }) => code)

const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength })

describe('a connection', () => {
  it('signs a payout-check exactly like the known answer, given its clock and nonce', async () => {
    const clock = () => Number(vector.oauth_params.oauth_timestamp) * 1000 + 999
    const connection = createCardzoConnection({
      ...options,
      clock,
      nonce: () => vector.oauth_params.oauth_nonce,
    })
    expect(connection.url('payout-check')).toBe(vector.url)
    const body: Record<string, string> = vector.body_params
    expect(await connection.authorize(vector.url, body)).toBe(vector.authorization_header)
  })
  it('finds the endpoint, the endpoint group and v2 status below any base path', () => {
    const deep = createCardzoConnection({
      ...options,
      baseUrl: 'https://pay.example/a/b/',
      endpoint: { groupId: '77' },
    })
    expect(deep.url('payout-pay')).toBe('https://pay.example/a/b/api/v4/payout-pay/group/77')
    expect(deep.url('status')).toBe('https://pay.example/a/b/api/v2/status/group/77')
    const bare = createCardzoConnection({ ...options, baseUrl: 'https://pay.example' })
    expect(bare.url('status')).toBe('https://pay.example/api/v2/status/39915')
  })
  it('shows no secret when somebody logs it', () => {
    const connection = createCardzoConnection(options)
    expect(
      JSON.stringify(connection, (key, value: unknown) => (key === 'agent' ? undefined : value)),
    ).not.toContain(options.merchantControl)
  })
  it('takes http on loopback only', () => {
    for (const host of ['127.0.0.1:4000', 'localhost', '[::1]:4000']) {
      expect(codes({ baseUrl: `http://${host}/paynet` })).toEqual([])
    }
    for (const baseUrl of [
      'http://example.com',
      'http://127.0.0.1.example.com',
      'ftp://localhost',
      'x',
      'https://a:b@c.d',
    ]) {
      expect(codes({ baseUrl })).toEqual(['base_url'])
    }
  })
  it('requires exactly one endpoint, in digits', () => {
    const both = { id: '1', groupId: '2' }
    const none = {} as unknown as CardzoConnectionOptions['endpoint']
    for (const endpoint of [both, none, { id: 'a' }, { id: '' }])
      expect(codes({ endpoint })).toEqual(['endpoint'])
  })
  it('takes keys in PKCS#1 and PKCS#8 and refuses short ones, other kinds and anything else', () => {
    const { privateKey, publicKey } = rsa(2048)
    expect(codes({ privateKeyPem: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString() })).toEqual(
      [],
    )
    expect(codes({ privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() })).toEqual(
      [],
    )
    const short = rsa(1024).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    expect(codes({ privateKeyPem: short })).toEqual(['key_too_short'])
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    expect(codes({ privateKeyPem: ec.export({ type: 'pkcs8', format: 'pem' }).toString() })).toEqual([
      'key_not_rsa',
    ])
    const half = publicKey.export({ type: 'spki', format: 'pem' }).toString()
    for (const privateKeyPem of [half, 'x', '']) expect(codes({ privateKeyPem })).toEqual(['key_unreadable'])
  })
  it('lists every problem at once', () => {
    const wrong = {
      ...options,
      baseUrl: 'x',
      login: ' ',
      merchantControl: '',
      timeoutMs: 0,
      privateKeyPem: '',
      maxSockets: 0,
    }
    expect(() => createCardzoConnection(wrong)).toThrow(CardzoConfigError)
    expect(codes(wrong)).toEqual([
      'base_url',
      'login',
      'merchant_control',
      'timeout',
      'max_sockets',
      'key_unreadable',
    ])
  })
})
