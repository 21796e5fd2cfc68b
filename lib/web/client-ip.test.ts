import { describe, expect, it } from 'vitest'
import { rangeOf } from '#lib/runtime/addresses.ts'
import { callerOf } from './client-ip.ts'

const trusted = ['127.0.0.0/8', '::1', '10.0.0.0/8', '2001:db8:1::/48']
  .map(rangeOf)
  .filter((range) => range !== undefined)
const ask = (connection: string | undefined, forwardedFor: string | undefined, hops: number) =>
  callerOf(
    connection,
    { host: 'portal', ...(forwardedFor !== undefined && { 'x-forwarded-for': forwardedFor }) },
    { hops, trusted },
  )
const ip = (...args: Parameters<typeof ask>) => ask(...args).ip

describe('the caller’s address', () => {
  it('is that of the connection if no proxy is trusted, whatever headers claim', () => {
    expect(ip('203.0.113.9', undefined, 0)).toBe('203.0.113.9')
    expect(ip('203.0.113.9', '198.51.100.1', 0)).toBe('203.0.113.9')
    expect(ip('127.0.0.1', '198.51.100.1', 0)).toBe('127.0.0.1')
  })

  it('is what the outermost proxy saw, not what is further left', () => {
    expect(ip('10.0.0.1', '198.51.100.1', 1)).toBe('198.51.100.1')
    expect(ip('10.0.0.1', '127.0.0.1, 198.51.100.1', 1)).toBe('198.51.100.1')
    expect(ip('10.0.0.1', '127.0.0.1, 198.51.100.1,10.0.0.2', 2)).toBe('198.51.100.1')
    expect(ip('10.0.0.1', '2001:db8::7', 1)).toBe('2001:db8::7')
  })

  it('is that of the connection if it comes from no trusted proxy, whatever the number of hops', () => {
    for (const peer of ['203.0.113.9', '2001:db8:2::1', '11.0.0.1', '::ffff:203.0.113.9'])
      for (const hops of [1, 2]) {
        const caller = ask(peer, '127.0.0.1, 198.51.100.1', hops)
        expect(caller.ip).toBe(peer.replace('::ffff:', ''))
        expect(caller.mismatch).toContain('TRUSTED_PROXIES')
      }
    expect(ip('2001:db8:1::5', '198.51.100.1', 1)).toBe('198.51.100.1')
    expect(ip('::ffff:127.0.0.1', '198.51.100.1', 1)).toBe('198.51.100.1')
  })

  it.each([
    ['203.0.113.9:51008', '203.0.113.9'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['"[2001:db8::1]:443"', '2001:db8::1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['[::ffff:203.0.113.9]:80', '203.0.113.9'],
    [' 203.0.113.9 ', '203.0.113.9'],
    ['fe80::1%eth0', 'fe80::1'],
  ])('%s is %s', (entry, address) => {
    expect(ask('127.0.0.1', entry, 1)).toEqual({
      ip: address,
      direct: false,
      trusted: true,
      mismatch: undefined,
    })
  })

  it.each([
    'unknown',
    '_hidden',
    '',
    '127.1',
    '0177.0.0.1',
    '1',
    '203.0.113.9:x',
    '[203.0.113',
    '203.0.113.9 evil',
    '1.2.3.4:99999999',
  ])('is that of the connection if the entry is %j', (entry) => {
    const caller = ask('10.0.0.1', `198.51.100.1, ${entry}`, 1)
    expect(caller.ip).toBe('10.0.0.1')
    expect(caller.mismatch).toBeDefined()
  })

  it('is that of the connection if the header is missing or short', () => {
    expect(ask('10.0.0.1', undefined, 1)).toMatchObject({ ip: '10.0.0.1', direct: true, mismatch: undefined })
    expect(ask('10.0.0.1', '198.51.100.1', 2)).toMatchObject({
      ip: '10.0.0.1',
      mismatch: expect.stringContaining('HOPS') as string,
    })
  })

  it('is the same on a dual-stack socket', () => {
    expect(ip('::ffff:203.0.113.9', undefined, 0)).toBe('203.0.113.9')
    expect(ip('::1', undefined, 0)).toBe('::1')
    expect(ip(undefined, undefined, 0)).toBe('')
  })
})

describe('a request', () => {
  it.each([
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'forwarded',
    'via',
    'x-real-ip',
    'cf-connecting-ip',
  ])('with %s is not direct, and warns if no proxies are configured', (name) => {
    const caller = callerOf('127.0.0.1', { [name]: '127.0.0.1' }, { hops: 0, trusted })
    expect(caller).toMatchObject({
      ip: '127.0.0.1',
      direct: false,
      mismatch: expect.stringContaining('TRUSTED_PROXY_HOPS is 0') as string,
    })
  })
})

describe('ranges', () => {
  it.each(['10.0.0.0/33', '10.0.0', '127.1', 'proxy.example', '', '::1/129', '0x7f000001', '10.0.0.0/8/8'])(
    '%j is none',
    (text) => {
      expect(rangeOf(text)).toBeUndefined()
    },
  )
})
