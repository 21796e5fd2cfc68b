/** Holds every series that a process can show to a bounded number of values, none of which came from outside. */
import { performance } from 'node:perf_hooks'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createProcessMetrics } from './metrics.ts'

it('has an explanation of every metric, and names that Prometheus takes', async () => {
  const { registry } = createProcessMetrics()
  for (const { name, help, type } of await registry.getMetricsAsJSON()) {
    expect(name).toMatch(/^[a-z][a-z0-9_]+$/)
    expect(help.length).toBeGreaterThan(10)
    if (name.startsWith('payout_portal_') && String(type) === 'counter') expect(name).toMatch(/_total$/)
  }
})

it('knows pool and payouts in hand only where there are some', async () => {
  const { registry, sources } = createProcessMetrics()
  const read = async () => (await registry.metrics()).split('\n')
  expect((await read()).filter((line) => line.startsWith('payout_portal_database_connections{'))).toEqual([])
  sources.pool = () => ({ total: 4, idle: 1, waiting: 2, limit: 10 })
  sources.inHand = () => ({ now: 7, most: 64 })
  expect(await read()).toEqual(
    expect.arrayContaining([
      'payout_portal_database_connections{state="total"} 4',
      'payout_portal_database_connections{state="idle"} 1',
      'payout_portal_database_connections{state="waiting"} 2',
      'payout_portal_database_connections_limit 10',
      'payout_portal_worker_in_hand{what="now"} 7',
      'payout_portal_worker_in_hand{what="most"} 64',
    ]),
  )
})

it('counts what waits for a chance to begin, before the first of them', async () => {
  const text = await createProcessMetrics().registry.metrics()
  for (const line of [
    'payout_portal_callbacks_stored_total 0',
    'payout_portal_callbacks_refused_total{reason="wrong_control"} 0',
    'payout_portal_mails_total{outcome="refused"} 0',
    'payout_portal_log_lines_total{level="error"} 0',
  ])
    expect(text.split('\n')).toContain(line)
})

it('says how busy the event loop was since it was last asked', async () => {
  const { registry } = createProcessMetrics()
  const read = async () =>
    Number(/event_loop_utilization ([\d.e-]+)/.exec(await registry.getSingleMetricAsString(name))?.[1])
  const name = 'payout_portal_event_loop_utilization'
  await read()
  await new Promise((resolve) => setImmediate(resolve))
  for (const until = performance.now() + 50; performance.now() < until;);
  await new Promise((resolve) => setImmediate(resolve))
  expect(await read()).toBeGreaterThan(0)
})

it('gives a label that nobody declared no series', () => {
  const { requests } = createProcessMetrics()
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{3,10}$/), (label) => {
      fc.pre(!['route', 'method', 'status'].includes(label))
      expect(() => requests.observe({ [label]: 'x' } as never, 1)).toThrow(/label/)
    }),
    { numRuns: 20 },
  )
})
