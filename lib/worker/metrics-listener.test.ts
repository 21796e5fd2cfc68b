import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import type { Log } from '#lib/services/ports.ts'
import { listenForMetrics } from './metrics-listener.ts'

const token = 'a-long-metrics-token'
const errors: unknown[] = []
const log: Log = { info: () => undefined, warn: () => undefined, error: ({ err }) => errors.push(err) }
const open: { close: () => Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

async function listening(given?: string) {
  const listener = await listenForMetrics({ port: 0, host: '127.0.0.1' }, given, log)
  if (!listener) throw new Error('it does not listen')
  open.push(listener)
  return (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(`http://127.0.0.1:${listener.port}${path}`, { headers, method })
}

it('shows what the process measures of itself to this machine, without a token', async () => {
  const ask = await listening()
  const response = await ask('/metrics')
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
  expect(await response.text()).toContain('# TYPE payout_portal_gateway_call_duration_seconds histogram')
})

it.each([
  { 'x-forwarded-for': '203.0.113.1' },
  { via: '1.1 proxy' },
  { forwarded: 'for=1.2.3.4' },
  { 'x-real-ip': '127.0.0.1' },
])('is closed to whatever comes through a proxy: %j', async (headers) => {
  const ask = await listening()
  expect((await ask('/metrics', headers as Record<string, string>)).status).toBe(403)
})

it('asks for the token where there is one, also from this machine', async () => {
  const ask = await listening(token)
  expect((await ask('/metrics')).status).toBe(401)
  expect((await ask('/metrics', { authorization: 'Bearer wrong' })).status).toBe(401)
  expect((await ask('/metrics', { authorization: `Bearer ${token}` })).status).toBe(200)
})

it('has nothing else', async () => {
  const ask = await listening()
  expect([(await ask('/')).status, (await ask('/metrics', {}, 'POST')).status]).toEqual([404, 405])
})

it('is no reason for a worker to stop when its port is taken', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = other.address() as AddressInfo
    expect(await listenForMetrics({ port, host: '127.0.0.1' }, undefined, log)).toBeNull()
    expect(errors).toMatchObject([{ code: 'EADDRINUSE' }])
  } finally {
    other.close()
  }
})
