/** Real spans, sent over HTTP to a receiver in this process: one payout's life is one trace, and no span says what nobody may read. */
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { startLoop } from '#lib/worker/loop.ts'
import { watchedWork } from '#lib/worker/watched-work.ts'
import { workPayout } from '#lib/services/order/work-payout.ts'
import { createTestPortal, sampleRequest, seen } from '#lib/services/testing/portal.ts'
import { processState } from '#lib/runtime/process-state.ts'
import { readTraceparent, startTraces } from './trace-sdk.ts'
import { tracedStores } from './traced-stores.ts'
import { inSpan, traceHere, traceIdOf } from './traces.ts'
import type { SpanFacts, Traces } from './traces.ts'
import { watchedGateway } from './watched-gateway.ts'

const Value = z.object({
  stringValue: z.string().optional(),
  intValue: z.union([z.string(), z.number()]).optional(),
})
const Attribute = z.object({ key: z.string(), value: Value })
const Span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.number(),
  startTimeUnixNano: z.string(),
  endTimeUnixNano: z.string(),
  attributes: z.array(Attribute),
  links: z.array(z.object({ traceId: z.string(), spanId: z.string() })).default([]),
  events: z.array(z.unknown()).default([]),
  status: z.object({ code: z.number().optional(), message: z.string().optional() }),
})
const Sent = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(Attribute) }),
      scopeSpans: z.array(z.object({ spans: z.array(Span) })),
    }),
  ),
})

/** A collector that keeps what it gets. */
const spans: z.infer<typeof Span>[] = []
const bodies: string[] = []
const authorizations = new Set<string | undefined>()
const collector = createServer((request, response) => {
  let body = ''
  request.setEncoding('utf8').on('data', (part: string) => (body += part))
  request.on('end', () => {
    bodies.push(body)
    authorizations.add(request.headers.authorization)
    for (const { scopeSpans } of Sent.parse(JSON.parse(body)).resourceSpans)
      spans.push(...scopeSpans.flatMap((scope) => scope.spans))
    response.setHeader('content-type', 'application/json').end('{}')
  })
})

/** What a payout knows that no span may say. */
const secrets = {
  account: 'DE89370400440532013000',
  name: 'Wilhelmina',
  email: 'wilhelmina@example.com',
  description: 'for the red bicycle',
}

let portal: Awaited<ReturnType<typeof createTestPortal>>
let traces: Traces
beforeAll(async () => {
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
  const { port } = collector.address() as AddressInfo
  const settings = {
    endpoint: `http://127.0.0.1:${port}`,
    headers: { authorization: 'Bearer of-the-collector' },
  }
  traces = startTraces({ ...settings, ratio: 1 }, 'worker')
  portal = await createTestPortal()
  const gateway = watchedGateway(portal.gateway)
  Object.assign(portal.deps, tracedStores(portal.deps, traces), { gateway })
})
afterAll(async () => {
  await processState.traces?.close()
  await portal.close()
  collector.close()
})

/** Works on payouts as the worker does, until `stop`. */
function startWorker() {
  const stopping = new AbortController()
  const loop = startLoop({
    claim: (limit) => portal.deps.payouts.claimDue('worker-of-the-test', limit, 60_000),
    work: (leased) => watchedWork(leased, () => workPayout(portal.deps, leased)),
    renew: () => Promise.resolve(),
    renewEveryMs: 60_000,
    onError: (error) => {
      throw error
    },
    maxInFlight: 4,
    idleMs: 50,
    signal: stopping.signal,
  })
  return { stop: () => (stopping.abort(), loop.done) }
}

const factsOf = ({ attributes }: z.infer<typeof Span>) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)]))

describe('a payout, from the request to the callback after its end', () => {
  let id: string
  let mine: z.infer<typeof Span>[]
  let asking: z.infer<typeof Span> | undefined

  beforeAll(async () => {
    const request = {
      receiver: { externalId: randomUUID(), email: secrets.email, firstName: secrets.name },
      destination: {
        ...sampleRequest.destination,
        account_number: secrets.account,
        first_name: secrets.name,
      },
      description: secrets.description,
    }
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    const facts = { 'http.request.method': 'POST', 'http.route': '/api/v1/payouts' }
    id = await inSpan('POST /api/v1/payouts', { kind: 'server', facts, traceparent }, () =>
      portal.ask(request),
    )
    const worker = startWorker()
    const waiting = await portal.until(id, 'awaiting_approval')
    await inSpan('POST /desk', { kind: 'server' }, async () =>
      approvePayout(portal.deps, await portal.approver(), seen(waiting)),
    )
    await portal.until(id, 'paid')
    await worker.stop()
    const paid = await portal.payout(id)
    await portal.deps.callbacks.take(
      {
        status: 'approved',
        orderId: paid.orderId ?? '',
        clientOrderId: paid.clientOrderId,
        type: 'payout',
        params: { name: secrets.name, comment: secrets.description },
      },
      1_000,
      () => Promise.reject(new Error('left out of its batch')),
    )
    await portal.deps.payouts.markReturned(id, 0)
    await processState.traces?.close()
    mine = spans.filter(({ traceId }) => traceId === traceIdOf(id))
    asking = spans.find(({ name }) => name === 'POST /api/v1/payouts')
  })

  it('is one trace, whose id is the payout’s, with each act below its whole life', () => {
    const [top, ...others] = mine.filter(({ name }) => name === 'payout')
    if (!top) throw new Error('its life was not sent')
    expect(others).toEqual([])
    expect([top.parentSpanId ?? '', factsOf(top)]).toEqual(['', { 'payout.id': id, 'payout.status': 'paid' }])
    const known = new Set(mine.map(({ spanId }) => spanId))
    expect(mine.filter((span) => span !== top && !known.has(span.parentSpanId ?? ''))).toEqual([])
    expect(mine.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        ...['payout asked for', 'step requested', 'payout approve', 'step approved', 'payout claim'],
        ...['callback', 'receiver back from the bank'],
      ]),
    )
  })

  it('has each call of Cardzo once, below the step that made it, with what came of it', () => {
    const calls = mine.filter(({ name }) => name.startsWith('cardzo '))
    for (const call of calls) {
      const parent = mine.find(({ spanId }) => spanId === call.parentSpanId)
      expect(parent?.name).toMatch(/^step /)
      expect(BigInt(call.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(call.startTimeUnixNano))
    }
    const [pay, ...more] = calls.filter(({ name }) => name === 'cardzo payout-pay')
    expect(more).toEqual([])
    expect(pay && factsOf(pay)).toMatchObject({
      'cardzo.command': 'payout-pay',
      'cardzo.outcome': 'accepted',
    })
    expect(calls.filter(({ name }) => name === 'cardzo payout-check')).toHaveLength(1)
    expect(calls.filter(({ name }) => name === 'cardzo status').length).toBeGreaterThan(1)
  })

  it('is linked with the caller’s own trace, which the request continues', () => {
    expect(asking).toMatchObject({
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      parentSpanId: '00f067aa0ba902b7',
    })
    const asked = mine.find(({ name }) => name === 'payout asked for')
    expect(asked?.links).toMatchObject([{ traceId: asking?.traceId, spanId: asking?.spanId }])
    expect(asking?.links).toMatchObject([{ traceId: traceIdOf(id) }])
    expect(mine.find(({ name }) => name === 'payout approve')?.links).toHaveLength(1)
  })

  it('says nothing but what spans may say, and no account, name, address or word of anybody', () => {
    const allowed: Record<keyof SpanFacts, true> = {
      ...{ 'payout.id': true, 'payout.status': true, 'payout.status.new': true, 'payout.move': true },
      ...{ 'actor.kind': true, 'worker.id': true, 'callback.answer': true, 'error.type': true },
      ...{ 'cardzo.command': true, 'cardzo.outcome': true, 'cardzo.endpoint': true },
      ...{ 'http.request.method': true, 'http.route': true, 'http.response.status_code': true },
    }
    expect(spans.length).toBeGreaterThan(10)
    for (const span of spans) {
      expect(span.attributes.map(({ key }) => key).filter((key) => !(key in allowed))).toEqual([])
      expect(span.events).toEqual([])
      expect(span.status.message ?? '').toBe('')
    }
    const said = bodies.join('\n')
    for (const secret of [...Object.values(secrets), '"shop"', 'Ana']) expect(said).not.toContain(secret)
    expect(authorizations).toEqual(new Set(['Bearer of-the-collector']))
  })
})

describe('traces', () => {
  it('name an error by its class and code, never by its message', async () => {
    spans.length = 0
    await restart(1)
    const failing = inSpan('fails', {}, () =>
      Promise.reject(Object.assign(new Error(`no account ${secrets.account}`), { code: '23505' })),
    )
    await expect(failing).rejects.toThrow(secrets.account)
    await processState.traces?.close()
    expect(spans.map(factsOf)).toEqual([{ 'error.type': 'Error 23505' }])
    expect(bodies.at(-1)).not.toContain(secrets.account)
  })

  it('send a part of payouts when told to, each of them whole', async () => {
    spans.length = 0
    await restart(0.5)
    const ids = Array.from({ length: 200 }, () => randomUUID())
    for (const id of ids)
      for (const name of ['step requested', 'step approved'])
        await inSpan(name, { payoutId: id }, () => Promise.resolve())
    for (const id of ids)
      processState.traces?.lived({ id, createdAt: new Date(), finalAt: new Date(), status: 'paid' })
    await processState.traces?.close()
    const byTrace = Map.groupBy(spans, ({ traceId }) => traceId)
    expect(byTrace.size).toBeGreaterThan(60)
    expect(byTrace.size).toBeLessThan(140)
    for (const whole of byTrace.values()) expect(whole).toHaveLength(3)
  })

  it('are nothing, and cost nothing, while they are off', async () => {
    spans.length = 0
    await processState.traces?.close()
    expect(traceHere()).toBeUndefined()
    const act = () => Promise.resolve('done')
    expect(await inSpan('nothing', { payoutId: randomUUID() }, act)).toBe('done')
    expect(spans).toEqual([])
  })

  it.each([
    ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', '4bf92f3577b34da6a3ce929d0e0e4736'],
    ['01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00-later', '4bf92f3577b34da6a3ce929d0e0e4736'],
    ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more', undefined],
    ['00-00000000000000000000000000000000-00f067aa0ba902b7-01', undefined],
    ['00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01', undefined],
    ['ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', undefined],
    ['00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01', undefined],
    ['', undefined],
  ])('read %j as the standard says', (header, traceId) => {
    expect(readTraceparent(header)?.traceId).toBe(traceId)
  })
})

async function restart(ratio: number) {
  await processState.traces?.close()
  const { port } = collector.address() as AddressInfo
  startTraces({ endpoint: `http://127.0.0.1:${port}`, headers: {}, ratio }, 'worker')
}
