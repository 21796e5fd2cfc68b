// Callbacks: stored and answered per second, and whether every answered one is there after PostgreSQL was killed.
import { createHash } from 'node:crypto'
import { fillProcessing, fillTutorial } from './fill.ts'
import { Connection, connections, httpRequest, measureRequests } from './load.ts'
import { alternate } from './rounds.ts'
import type { Options, Sides } from './rounds.ts'
import type { Bench, BenchServer } from './stack.ts'

/** Each callback is about another payout, because a repeat would be cheaper. */
const payouts = 200_000
/** Longer rounds would run out of payouts. */
const longestRoundS = 2
/** The kill comes in the middle of this. */
const crashAfterMs = 700

export async function measureCallbacks(
  server: BenchServer,
  options: Options,
): Promise<Sides & { note: string }> {
  const seconds = Math.min(options.seconds, longestRoundS)
  const bench = await server.open({ profileInto: options.profileInto })
  try {
    await fillProcessing(bench, payouts)
    await fillTutorial(bench.db, payouts)
    await bench.startWeb()
    await bench.startBaseline()
    const ours = callbacks(bench, `${bench.appUrl}/api/cardzo/callback`)
    const baseline = callbacks(bench, `${bench.baselineUrl}/callback`)
    const sides = await alternate(
      options,
      () => measureRequests(bench.appUrl, () => ours.next(), { seconds }),
      () => measureRequests(bench.baselineUrl, () => baseline.next(), { seconds }),
    )
    const { answered, lost } = await crashWhileStoring(server, bench, () => ours.next())
    if (lost > 0)
      throw new Error(`${lost} of ${answered} answered callbacks were lost when PostgreSQL was killed`)
    return { ...sides, note: `All ${answered} answered before the kill were there after it.` }
  } finally {
    await bench.stop()
  }
}

/** Signed as Cardzo signs, one for each payout in turn. */
export function callbacks({ merchantControl }: Bench, base: string, most = payouts) {
  let n = 0
  return {
    next(): string | null {
      if (n >= most) return null
      n++
      const [clientOrderId, orderId] = [`bench-${n}`, String(1_000_000 + n)]
      const control = createHash('sha1')
        .update(`approved${orderId}${clientOrderId}${merchantControl}`)
        .digest('hex')
      const query = `status=approved&orderid=${orderId}&client_orderid=${clientOrderId}&control=${control}`
      return httpRequest(`${base}?${query}`)
    },
  }
}

async function crashWhileStoring(server: BenchServer, bench: Bench, next: () => string | null) {
  const answered: string[] = []
  let isOver = false
  const loop = async () => {
    const socket = await Connection.open(bench.appUrl)
    while (!isOver) {
      const request = next()
      if (request === null)
        throw new Error('No callbacks were left for the kill; run it with fewer --seconds or --rounds')
      const status = await socket.ask(request)
      if (status === 200) answered.push(/orderid=(\d+)/.exec(request)?.[1] ?? '')
      else isOver = true
    }
    socket.close()
  }
  const all = Promise.all(Array.from({ length: connections }, loop))
  await new Promise((resolve) => setTimeout(resolve, crashAfterMs))
  await server.crash()
  isOver = true
  await all
  const { rows } = await bench.db.query<{ lost: number }>(
    `SELECT count(*)::int AS lost FROM unnest($1::text[]) AS answered (order_id)
     WHERE NOT EXISTS (SELECT FROM callback WHERE callback.order_id = answered.order_id)`,
    [answered],
  )
  return { answered: answered.length, lost: rows[0]?.lost ?? NaN }
}
