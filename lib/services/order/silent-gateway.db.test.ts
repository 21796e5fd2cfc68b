/** Cardzo is away as a whole, or gives bad answers about one payout; several workers, one ceiling. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createGateStore } from '#lib/db/order/gate-store.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { statusToken } from '#lib/services/payout/links.ts'
import { showStatus } from '#lib/services/payout/show-status.ts'
import type { Gateway } from '#lib/services/ports.ts'
import { showSending } from '#lib/services/safety/show-sending.ts'
import { createTestPortal, eventually, seen } from '#lib/services/testing/portal.ts'
import { createPacedGateway } from './paced-gateway.ts'

/** Long beside what a busy machine adds to it. */
const intervalMs = 200
let portal: Awaited<ReturnType<typeof createTestPortal>>
/** Every request: which one, when it left, and how many others were out. */
let requests: { call: string; at: number; others: number }[]
let out: number
let isAway: boolean
/** These get no believable answer. */
let disliked: Set<string>

beforeEach(async () => {
  portal = await createTestPortal({ pollIntervalMs: intervalMs, timeoutMs: 200 })
  requests = []
  out = 0
  isAway = false
  disliked = new Set()
  putCeiling(200)
})
afterEach(() => portal.close())

/** The scripted gateway with a delay, behind the real gate. */
function putCeiling(maxPerSecond: number): void {
  const { gateway, deps, prisma } = portal
  const send = async <A>(
    command: 'check' | 'pay' | 'status',
    clientOrderId: string,
    ask: () => Promise<A>,
  ) => {
    requests.push({ call: `${command} ${clientOrderId}`, at: performance.now(), others: out })
    out++
    await sleep(5)
    out--
    if (isAway || disliked.has(clientOrderId))
      gateway.faults[command].push({ answer: 'silence', effect: false })
    return ask()
  }
  const line: Gateway = {
    ...gateway,
    check: (order, guard) => send('check', order.clientOrderId, () => gateway.check(order, guard)),
    pay: (order, guard) => send('pay', order.clientOrderId, () => gateway.pay(order, guard)),
    status: (order) => send('status', order.clientOrderId, () => gateway.status(order)),
  }
  deps.gate = createGateStore(prisma)
  const endpoint = { id: 1, maxRequestsPerS: maxPerSecond }
  deps.gateway = createPacedGateway(line, {
    endpoint,
    gate: deps.gate,
    log: deps.log,
    pollIntervalMs: intervalMs,
  })
}

const startWorkers = () => ['a', 'b', 'c'].map((name) => portal.startWorker(name))
const silentSince = async () => (await portal.deps.gatewayCondition.read()).silentSince
const untilSilent = () => eventually(async () => (await silentSince()) ?? 'not silent yet')
const untilAnswered = () => eventually(async () => ((await silentSince()) ? 'still silent' : true))

/** The most requests in any window of a second. */
function mostInASecond(from = 0): number {
  const times = requests.map(({ at }) => at).filter((at) => at >= from)
  return Math.max(0, ...times.map((start) => times.filter((at) => at >= start && at < start + 1000).length))
}

async function waiting(count: number): Promise<string[]> {
  const ids = await Promise.all(Array.from({ length: count }, () => portal.ask()))
  for (const id of ids) await portal.until(id, 'awaiting_approval')
  return ids
}

async function approve(id: string): Promise<void> {
  const payout = await portal.payout(id)
  expect(await approvePayout(portal.deps, await portal.approver(), seen(payout))).toMatchObject({ ok: true })
}

describe('while Cardzo as a whole does not answer', () => {
  it('all workers together ask one question at a time, people go on, and everything goes on by itself', async () => {
    portal.gateway.afterPay = (order) => Object.assign(order, { stage: 'payout_processing' })
    startWorkers()
    const ids = await waiting(12)
    const [undecided = '', toApprove = '', ...others] = ids
    for (const id of others) await approve(id)
    for (const id of others) await portal.until(id, 'processing')
    const lastAnswer = (await portal.deps.gatewayCondition.read()).lastOkAt

    isAway = true
    const since = await untilSilent()
    expect(since).toEqual(lastAnswer)
    const from = performance.now()
    const rowsBefore = await portal.prisma.payoutEvent.count()
    // What passed the gate before the fifth miss may leave after it: the first probe is the first that follows a rest.
    const probesAlone = () => {
      const asked = requests.filter(({ at }) => at > from)
      const first = asked.findIndex(
        ({ others, at }, n) => others === 0 && at - (asked[n - 1]?.at ?? from) > intervalMs / 2,
      )
      return first === -1 ? [] : asked.slice(first)
    }
    await eventually(() => Promise.resolve(probesAlone().length >= 7 || 'too few probes'))
    const probes = probesAlone()
    expect(probes.map(({ others }) => others)).toEqual(probes.map(() => 0))
    for (const [n, probe] of probes.entries())
      if (n > 0) expect(probe.at - (probes[n - 1]?.at ?? 0)).toBeGreaterThanOrEqual(intervalMs * 0.9)
    // At most one row per payout, for the first silence. Probes that repeat it cost none.
    expect((await portal.prisma.payoutEvent.count()) - rowsBefore).toBeLessThanOrEqual(ids.length)

    // People go on asking and approving, and time runs out for what nobody decided on.
    const approver = await portal.approver()
    expect(await showSending(portal.deps, approver)).toMatchObject({ ok: true, silentSince: since })
    const asking = await portal.ask()
    await approve(toApprove)
    await portal.prisma.$executeRaw`
      WITH woken AS (UPDATE payout_work SET due_at = date_trunc('milliseconds', now()), news_at = date_trunc('milliseconds', now()) WHERE payout_id = ${undecided}::uuid)
      UPDATE payout SET expires_at = now() - interval '1 minute' WHERE id = ${undecided}::uuid`
    await portal.until(undecided, 'expired')
    const view = await showStatus(portal.deps, statusToken(portal.deps.config, toApprove))
    expect(view).toMatchObject({ ok: true, view: { silent: true } })
    expect(portal.gateway.calls.filter((call) => call.startsWith('check'))).toHaveLength(12)

    isAway = false
    portal.gateway.faults.status.length = 0
    await untilAnswered()
    await portal.until(asking, 'awaiting_approval')
    await portal.until(toApprove, 'processing')
    for (const orders of portal.gateway.orders.values())
      for (const order of orders) if (order.paysReceived > 0) Object.assign(order, { status: 'approved' })
    for (const id of [...others, toApprove]) await portal.until(id, 'paid')
    for (const orders of portal.gateway.orders.values()) {
      expect(orders).toHaveLength(1)
      expect(orders[0]?.paysReceived).toBeLessThanOrEqual(1)
    }
    expect(portal.errors).toEqual([])
  })

  it('comes back without a burst: what waited keeps under the ceiling', async () => {
    const workers = startWorkers()
    await waiting(60)
    await Promise.all(workers.map((worker) => worker.stop()))
    putCeiling(20)
    isAway = true
    for (let n = 0; n < 5; n++) await portal.deps.gate.missed(1, intervalMs)
    await portal.prisma.$executeRaw`UPDATE payout_work SET due_at = now() - interval '1 hour'`
    startWorkers()
    await untilSilent()
    isAway = false
    portal.gateway.faults.status.length = 0
    const from = performance.now()
    await untilAnswered()
    await eventually(() =>
      Promise.resolve(requests.filter(({ at }) => at > from).length >= 55 || 'not all asked'),
    )
    // On a busy machine timers come late, and then closer together.
    expect(mostInASecond(from)).toBeLessThanOrEqual(26)
  })

  it('a probe whose worker died goes to another when its time is up', async () => {
    const { gate } = portal.deps
    for (let n = 0; n < 4; n++) expect(await gate.missed(1, 1)).toBe(false)
    expect(await gate.missed(1, 1)).toBe(true)
    await eventually(async () => (await gate.pass(1, 100)).passes || 'no probe yet')
    const second = await gate.pass(1, 100)
    expect(second).toMatchObject({ passes: false })
    await eventually(async () => (await gate.pass(1, 100)).passes || 'no probe yet')
    expect(await gate.answered(1)).toBe(true)
    expect(await gate.pass(1, 100)).toEqual({ passes: true })
    expect(await gate.answered(1)).toBe(false)
  })

  it('only one of many wins a probe', async () => {
    const { gate } = portal.deps
    for (let n = 0; n < 5; n++) await gate.missed(1, 0)
    const passes = await Promise.all(Array.from({ length: 10 }, () => gate.pass(1, 10_000)))
    expect(passes.filter((one) => one.passes)).toHaveLength(1)
  })
})

describe('bad answers about one payout', () => {
  it('keep its interval, and say nothing about Cardzo as a whole', async () => {
    portal.gateway.afterPay = (order) => Object.assign(order, { stage: 'payout_processing' })
    startWorkers()
    const ids = await waiting(4)
    for (const id of ids) await approve(id)
    for (const id of ids) await portal.until(id, 'processing')
    const [first = ''] = ids
    const { clientOrderId } = await portal.payout(first)
    disliked.add(clientOrderId)
    const from = requests.length
    const mine = () => requests.slice(from).filter(({ call }) => call === `status ${clientOrderId}`)
    await eventually(() => Promise.resolve(mine().length >= 20 || 'too few'))
    const gaps = mine()
      .map(({ at }, n, all) => at - (all[n - 1]?.at ?? at))
      .slice(1)
      .sort((a, b) => a - b)
    expect(gaps[Math.floor(gaps.length / 2)]).toBeLessThan(intervalMs * 3)
    expect(await silentSince()).toBeNull()
  })

  it('keep it even when there is no other payout, and Cardzo therefore seems silent', async () => {
    portal.gateway.afterPay = (order) => Object.assign(order, { stage: 'payout_processing' })
    startWorkers()
    const [only = ''] = await waiting(1)
    await approve(only)
    await portal.until(only, 'processing')
    isAway = true
    const from = requests.length
    await eventually(() => Promise.resolve(requests.length - from >= 20 || 'too few'))
    const times = requests.slice(from).map(({ at }) => at)
    const average = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / (times.length - 1)
    expect(average).toBeLessThan(intervalMs * 4)
    expect(await silentSince()).not.toBeNull()
  })
})

describe('the ceiling', () => {
  it('holds for all workers together', async () => {
    putCeiling(20)
    startWorkers()
    const ids = await Promise.all(Array.from({ length: 20 }, () => portal.ask()))
    for (const id of ids) await portal.until(id, 'awaiting_approval')
    expect(requests.length).toBeGreaterThanOrEqual(40)
    expect(mostInASecond()).toBeLessThanOrEqual(26)
  })

  it('lets nothing leave while the database cannot be asked for a place, and puts no payment in doubt', async () => {
    portal.startWorker()
    const [id = ''] = await waiting(1)
    const { gate } = portal.deps
    const real = gate.turn.bind(gate)
    let pays = 0
    gate.turn = async (endpoint) => {
      // This is payout-pay's place: after the claim.
      if ((await portal.payout(id)).status === 'paying' && pays++ < 2) throw new Error('connection reset')
      return real(endpoint)
    }
    await approve(id)
    await portal.until(id, 'paid')
    const moves = (await portal.deps.payouts.timeline(id)).map(({ move }) => move)
    expect(moves.filter((move) => move === 'release_unsent')).toHaveLength(2)
    expect(moves).not.toContain('lose_track')
    expect(portal.gateway.order((await portal.payout(id)).clientOrderId).paysReceived).toBe(1)
  })
})
