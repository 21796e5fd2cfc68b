// How many payouts a second go from a request to `paid`: payout-check, status, payout-pay, status, with the policy approving and a bank
// that takes no time.
import { setTimeout as sleep } from 'node:timers/promises'
import { fillTutorial } from './fill.ts'
import { createPayouts } from './payout-requests.ts'
import { alternate } from './rounds.ts'
import type { Options, Sides } from './rounds.ts'
import { workerInFlight } from './stack.ts'
import type { Bench, BenchServer } from './stack.ts'

const timeoutMs = 120_000
/** What two workers have in hand together. */
const inFlight = 2 * workerInFlight

/** Two workers, beside a straight-line script that makes the same calls and notes each with one UPDATE. */
export const measurePaid = (server: BenchServer, options: Options): Promise<Sides> =>
  onStack(server, options, async (bench, apiKey) => {
    await fillTutorial(bench.db, 0)
    await bench.startBaseline()
    const sized = growing(options)
    return alternate(
      options,
      sized((count) => payByWorkers(bench, apiKey, 2, count)),
      sized((count) => payInStraightLine(bench, count)),
    )
  })

/** Two workers, beside one. */
export const measureSecondWorker = (server: BenchServer, options: Options): Promise<Sides> =>
  onStack(server, options, (bench, apiKey) => {
    const sized = growing(options)
    return alternate(
      options,
      sized((count) => payByWorkers(bench, apiKey, 2, count)),
      sized((count) => payByWorkers(bench, apiKey, 1, count)),
    )
  })

async function onStack<T>(
  server: BenchServer,
  options: Options,
  run: (bench: Bench, apiKey: string) => Promise<T>,
): Promise<T> {
  const bench = await server.open({ profileInto: options.profileInto })
  try {
    await bench.startWeb()
    await bench.startSimulator()
    return await run(bench, await bench.apiKey())
  } finally {
    await bench.stop()
  }
}

/** A round lasts about `seconds`: the number of its payouts follows from the round before. */
const growing =
  ({ seconds }: Options) =>
  (run: (count: number) => Promise<number>) => {
    let count = 300
    return async () => {
      const rate = await run(count)
      count = Math.max(100, Math.round(rate * seconds))
      return rate
    }
  }

/** Until then a worker compiles its code, and each of its connections plans its statements. */
const warmUpPayouts = 400

/** Payouts per second, from the first payout-check to the last `paid`, by workers that have been at work for a while. */
async function payByWorkers(bench: Bench, apiKey: string, workers: number, count: number): Promise<number> {
  const create = async (payouts: number) =>
    (await createPayouts(bench.appUrl, apiKey, payouts)).map(({ id }) => id)
  const atWork = await bench.startWorkers(workers)
  await untilPaid(bench, await create(warmUpPayouts))
  atWork.freeze()
  const ids = await create(count)
  atWork.goOn()
  await untilPaid(bench, ids)
  await atWork.stop()
  const { rows } = await bench.db.query<{ seconds: number }>(
    `SELECT extract(epoch FROM max(final_at) - (
       SELECT min(at) FROM payout_event WHERE payout_id = ANY($1) AND kind = 'check_intended'
     ))::float8 AS seconds FROM payout WHERE id = ANY($1)`,
    [ids],
  )
  return count / (rows[0]?.seconds ?? NaN)
}

async function payInStraightLine(
  { db, environment, baselineUrl, startScript, finish }: Bench,
  count: number,
): Promise<number> {
  await db.query(
    `TRUNCATE tutorial.payout CASCADE;
     INSERT INTO tutorial.payout (client_order_id, status) SELECT 'po-' || gen_random_uuid(), 'requested' FROM generate_series(1, ${count})`,
  )
  const { CARDZO_API_URL, CARDZO_LOGIN, CARDZO_PRIVATE_KEY, CARDZO_MERCHANT_CONTROL, CARDZO_ENDPOINT_ID } =
    environment
  const script = startScript(
    'straight-line',
    {
      CARDZO_API_URL,
      CARDZO_LOGIN,
      CARDZO_PRIVATE_KEY,
      CARDZO_MERCHANT_CONTROL,
      CARDZO_ENDPOINT_ID,
      CALLBACK_URL: `${baselineUrl}/callback`,
      IN_FLIGHT: String(inFlight),
    },
    true,
  )
  await finish(script)
  return count / Number(script.output())
}

export async function untilPaid({ db }: Bench, ids: string[]): Promise<void> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const { rows } = await db.query<{ status: string; count: number }>(
      'SELECT status::text, count(*)::int AS count FROM payout WHERE id = ANY($1) GROUP BY 1',
      [ids],
    )
    if (rows.length === 1 && rows[0]?.status === 'paid') return
    if (Date.now() > deadline) throw new Error(`Not all paid: ${JSON.stringify(rows)}`)
    await sleep(100)
  }
}
