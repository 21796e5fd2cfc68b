import { describe, expect, it } from 'vitest'
import { clientIp } from './client-ip.ts'

describe('the address a person is known by', () => {
  it('is that of the connection when no proxy is trusted, whatever he claims', () => {
    expect(clientIp('203.0.113.9', undefined, 0)).toBe('203.0.113.9')
    expect(clientIp('203.0.113.9', '198.51.100.1', 0)).toBe('203.0.113.9')
  })

  it('is what the outermost trusted proxy saw, not what was claimed further left', () => {
    expect(clientIp('10.0.0.1', '198.51.100.1', 1)).toBe('198.51.100.1')
    expect(clientIp('10.0.0.1', '127.0.0.1, 198.51.100.1', 1)).toBe('198.51.100.1')
    expect(clientIp('10.0.0.1', '127.0.0.1, 198.51.100.1,10.0.0.2', 2)).toBe('198.51.100.1')
    expect(clientIp('10.0.0.1', '2001:db8::7', 1)).toBe('2001:db8::7')
  })

  it('is that of the connection when the header is missing, short or no address', () => {
    expect(clientIp('10.0.0.1', undefined, 1)).toBe('10.0.0.1')
    expect(clientIp('10.0.0.1', '198.51.100.1', 2)).toBe('10.0.0.1')
    expect(clientIp('10.0.0.1', 'unknown', 1)).toBe('10.0.0.1')
    expect(clientIp('10.0.0.1', '198.51.100.1, ', 1)).toBe('10.0.0.1')
    expect(clientIp('10.0.0.1', '198.51.100.1:4711', 1)).toBe('10.0.0.1')
  })

  it('is the same for a client on a socket that speaks both families', () => {
    expect(clientIp('::ffff:203.0.113.9', undefined, 0)).toBe('203.0.113.9')
    expect(clientIp('::1', undefined, 0)).toBe('::1')
    expect(clientIp(undefined, undefined, 0)).toBe('')
  })
})
