// How many payouts two workers keep asking about in time, at a poll every five seconds: the most of which 99 in 100 polls come no more than
// a second after they are due. Beside it, how many a bare loop of status requests could ask about in five seconds.
import { setTimeout as sleep } from 'node:timers/promises'
import { createCardzoConnection, processStatus, statusRequest } from '#lib/cardzo/index.ts'
import { fillProcessing } from './fill.ts'
import { measure } from './load.ts'
import type { Lateness } from './fleet.ts'
import { sideOf } from './rounds.ts'
import type { Options, Sides } from './rounds.ts'
import { workerInFlight } from './stack.ts'
import type { Bench, BenchServer } from './stack.ts'

export const pollMs = 5_000
const lateMs = 1_000
const steps = [100, 250, 500, 1_000, 2_000, 3_500, 5_000, 7_500, 10_000, 15_000, 20_000]
const firstStep = steps.indexOf(1_000)
/** Until the workers run evenly, and how long their polls are then watched: twice around. */
const settleMs = 6_000
const watchMs = 11_000
/** Each due time lasts for about five seconds, so that none is missed. */
const lookEveryMs = 2_000

export async function measureInFlight(
  server: BenchServer,
  options: Options,
): Promise<Sides & { note: string }> {
  const more = { CARDZO_POLL_INTERVAL_MS: String(pollMs) }
  const bench = await server.open({ more, profileInto: options.profileInto })
  try {
    await fillProcessing(bench, steps.at(-1) ?? 0)
    const gateway = await startPolledGateway(bench)
    const bare = await askBarely(bench, options)
    const tried = await climb(async (count) => (await lateness(bench, gateway, { count, workers: 2 })).p99Ms)
    const most = Math.max(0, ...tried.filter(({ p99Ms }) => p99Ms <= lateMs).map(({ count }) => count))
    const note = tried.map(({ count, p99Ms }) => `${count}: ${Math.round(p99Ms)} ms`).join(', ')
    return { ours: sideOf([most]), baseline: sideOf([(bare * pollMs) / 1000]), note: `p99 late at ${note}.` }
  } finally {
    await bench.stop()
  }
}

type Tried = { count: number; p99Ms: number }

/** Up while it goes well, else down until it does. */
async function climb(run: (count: number) => Promise<number>): Promise<Tried[]> {
  const tried: Tried[] = []
  const passes = async (step: number) => {
    const count = steps[step] ?? 0
    tried.push({ count, p99Ms: await run(count) })
    return (tried.at(-1)?.p99Ms ?? Infinity) <= lateMs
  }
  let step = firstStep
  if (await passes(step)) while (++step < steps.length && (await passes(step)));
  else while (--step >= 0 && !(await passes(step)));
  return tried.sort((a, b) => a.count - b.count)
}

export type Gateway = { asks: () => Promise<Map<string, number[]>> }

export async function startPolledGateway({
  environment,
  simulatorUrl,
  startScript,
}: Bench): Promise<Gateway> {
  startScript('polled-gateway', { GATEWAY_PORT: environment['SIMULATOR_PORT'] })
  const asks = async () => {
    const answer = await fetch(`${simulatorUrl}/asks`)
    return new Map(Object.entries((await answer.json()) as Record<string, number[]>))
  }
  const deadline = Date.now() + 10_000
  while (!(await asks().catch(() => undefined))) {
    if (Date.now() > deadline) throw new Error('The polled gateway does not answer')
    await sleep(20)
  }
  return { asks }
}

/** Status requests per second of a loop that does nothing with the answers but judge them. */
async function askBarely({ environment }: Bench, options: Options): Promise<number> {
  const slots = 2 * workerInFlight
  const cardzo = createCardzoConnection({
    baseUrl: environment['CARDZO_API_URL'] ?? '',
    endpoint: { id: environment['CARDZO_ENDPOINT_ID'] ?? '' },
    login: environment['CARDZO_LOGIN'] ?? '',
    privateKeyPem: environment['CARDZO_PRIVATE_KEY'] ?? '',
    merchantControl: environment['CARDZO_MERCHANT_CONTROL'] ?? '',
    timeoutMs: 30_000,
    maxSockets: slots,
  })
  const ids = { clientOrderId: 'bare', orderId: '1' }
  try {
    const { perSecond } = await measure(
      async () =>
        processStatus(await statusRequest(cardzo, ids), ids).kind === 'status' ? 'done' : 'refused',
      { ...options, slots },
    )
    return perSecond
  } finally {
    cardzo.close()
  }
}

/** How late polls of `count` payouts come, and how many come. A poll that never came is as late as the watch is long. */
export async function lateness(
  bench: Bench,
  gateway: Gateway,
  { count, workers: many }: { count: number; workers: number },
): Promise<Lateness> {
  const workers = await bench.startWorkers(many)
  await makeDue(bench, count)
  const from = Date.now() + settleMs
  const until = from + watchMs
  const dues = new Map<string, Set<number>>()
  while (Date.now() < until + lateMs) {
    for (const { id, due } of await dueTimes(bench, count)) {
      if (due < from || due >= until) continue
      const known = dues.get(id)
      if (known) known.add(due)
      else dues.set(id, new Set([due]))
    }
    await sleep(lookEveryMs)
  }
  await workers.stop()
  await restAll(bench)
  const asks = await gateway.asks()
  const late: number[] = []
  for (const [id, times] of dues) {
    const asked = asks.get(id) ?? []
    for (const due of times)
      late.push(Math.max(0, (asked.find((at) => at > due - pollMs / 4) ?? until + lateMs) - due))
  }
  // What is never seen with a due time in the window has not been asked about for twice as long as it should.
  for (let missing = count - dues.size; missing > 0; missing--) late.push(watchMs)
  late.sort((a, b) => a - b)
  const polls = [...asks.values()].flat().filter((at) => at >= from && at < until).length
  const at = (share: number) => late[Math.floor(late.length * share)] ?? Infinity
  return { p50Ms: at(0.5), p99Ms: at(0.99), pollsPerS: (polls * 1000) / watchMs }
}

const among = `client_order_id LIKE 'bench-%' AND order_id::bigint - 1000000 <= $1`

/** The first `count` payouts have just begun to be processed, and each is due some time in the next five seconds. */
export async function makeDue({ db }: Bench, count: number): Promise<void> {
  await db.query(
    `WITH young AS (UPDATE payout SET stage_since = now() WHERE ${among} RETURNING id)
     UPDATE payout_work SET due_at = now() + random() * interval '5 s' FROM young WHERE payout_id = young.id`,
    [count],
  )
}

/** Of those that no worker has in hand, in ms since 1970. */
async function dueTimes({ db }: Bench, count: number): Promise<{ id: string; due: number }[]> {
  const { rows } = await db.query<{ id: string; due: number }>(
    `SELECT client_order_id AS id, (extract(epoch FROM work.due_at) * 1000)::float8 AS due
     FROM payout JOIN payout_work work ON work.payout_id = payout.id
     WHERE ${among} AND (work.lease_until IS NULL OR work.lease_until <= now())`,
    [count],
  )
  return rows
}

async function restAll({ db }: Bench): Promise<void> {
  await db.query(
    `UPDATE payout_work SET due_at = now() + interval '1 day', lease_until = NULL WHERE due_at < now() + interval '1 hour'`,
  )
}
