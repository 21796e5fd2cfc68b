// What the web server answers besides callbacks, beside the least that could answer it on the same database.
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Variables } from '#lib/processes/start-process.ts'
import { fillProcessing, fillTutorial } from './fill.ts'
import { httpRequest, measure, measureRequests } from './load.ts'
import { createPayouts, createRequest } from './payout-requests.ts'
import { measureCallbackToEvent } from './push.ts'
import { alternate } from './rounds.ts'
import type { Options, Sides } from './rounds.ts'
import type { Bench, BenchServer } from './stack.ts'

export const listedPayouts = 10_000
/** As many as the portal's pool has. */
const poolSize = 10

async function onStack<T>(
  server: BenchServer,
  options: Options,
  run: (bench: Bench) => Promise<T>,
  more: Variables = {},
): Promise<T> {
  const bench = await server.open({ profileInto: options.profileInto, more })
  try {
    await bench.startWeb()
    return await run(bench)
  } finally {
    await bench.stop()
  }
}

/** What an open page of a receiver asks for. */
export const measureStatus = (server: BenchServer, options: Options): Promise<Sides> =>
  onStack(server, options, async (bench) => {
    const payouts = await createPayouts(bench.appUrl, await bench.apiKey(), 100)
    await bench.startBaseline()
    const tokens = payouts.map(({ statusUrl }) => new URL(statusUrl ?? '').pathname.split('/').at(-1) ?? '')
    const hash = (token: string) => createHash('sha256').update(token).digest('hex')
    const inTurn = (addresses: string[]) => {
      const requests = addresses.map((address) => httpRequest(address))
      let n = 0
      return () => requests[n++ % requests.length] ?? null
    }
    const ours = inTurn(tokens.map((token) => `${bench.appUrl}/api/pay/${token}/status`))
    const baseline = inTurn(tokens.map((token) => `${bench.baselineUrl}/status?hash=${hash(token)}`))
    return alternate(
      options,
      () => measureRequests(bench.appUrl, ours, options),
      () => measureRequests(bench.baselineUrl, baseline, options),
    )
  })

export const measureList = (server: BenchServer, options: Options): Promise<Sides> =>
  onStack(server, options, async (bench) => {
    await fillProcessing(bench, listedPayouts)
    const headers = { Authorization: `Bearer ${await bench.apiKey()}` }
    const request = httpRequest(`${bench.appUrl}/api/v1/payouts?limit=50`, { headers })
    const pool = new pg.Pool({ connectionString: bench.databaseUrl, max: poolSize })
    const page = 'SELECT * FROM payout JOIN receiver ON receiver.id = receiver_id ORDER BY seq DESC LIMIT 51'
    try {
      return await alternate(
        options,
        () => measureRequests(bench.appUrl, () => request, options),
        () => measure(async () => ((await pool.query(page)).rowCount === 51 ? 'done' : 'refused'), options),
      )
    } finally {
      await pool.end()
    }
  })

/** From Cardzo's callback until an open page of the receiver is told, in ms; a worker asks for the status in between. */
export const measureCallbackToScreen = (server: BenchServer, options: Options) =>
  onStack(
    server,
    options,
    async (bench) => {
      const apiKey = await bench.apiKey()
      await bench.startSimulator()
      const workers = await bench.startWorkers(1)
      const create = async () => {
        const [created] = await createPayouts(bench.appUrl, apiKey, 1)
        const statusUrl = created?.statusUrl ?? ''
        return { statusUrl, clientOrderId: await waitsAtBank(bench, created?.id ?? '') }
      }
      const decline = async (clientOrderId: string) => {
        const answer = await fetch(`${bench.simulatorUrl}/_control/orders/${clientOrderId}/status`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ status: 'declined', callback: true }),
        })
        if (!answer.ok) throw new Error(`The simulator refused: ${await answer.text()}`)
      }
      const measured = await measureCallbackToEvent(bench.appUrl, create, decline)
      await workers.stop()
      return measured
    },
    // The bank does nothing by itself, and nothing is found by asking.
    { SIMULATOR_STEP_MS: '600000', CARDZO_POLL_INTERVAL_MS: '60000' },
  )

/** Waits until the payout's order has been opened and nobody has it in hand. */
async function waitsAtBank({ db }: Bench, id: string): Promise<string> {
  const deadline = Date.now() + 20_000
  while (Date.now() < deadline) {
    const { rows } = await db.query<{ id: string }>(
      `SELECT client_order_id AS id FROM payout JOIN payout_work ON payout_id = payout.id
       WHERE payout.id = $1 AND order_id IS NOT NULL AND lease_until IS NULL AND due_at > now() + interval '10 s'`,
      [id],
    )
    if (rows[0]) return rows[0].id
    await sleep(10)
  }
  throw new Error('A payout did not reach the bank')
}

/** Payouts created by the API; with `workers`, while that many work on them. */
export const measureCreation = (server: BenchServer, options: Options, workers: number): Promise<Sides> =>
  onStack(server, options, async (bench) => {
    const apiKey = await bench.apiKey()
    await fillTutorial(bench.db, 0)
    await bench.startBaseline()
    if (workers > 0) await bench.startSimulator()
    const create = (base: string) => () => createRequest(base, apiKey)
    const ours = () =>
      measureRequests(bench.appUrl, create(`${bench.appUrl}/api/v1/payouts`), { ...options, expected: 201 })
    const whileWorking = async () => {
      const atWork = await bench.startWorkers(workers)
      const measured = await ours()
      await atWork.stop()
      return measured
    }
    return alternate(options, workers > 0 ? whileWorking : ours, () =>
      measureRequests(bench.baselineUrl, create(`${bench.baselineUrl}/payouts`), options),
    )
  })
