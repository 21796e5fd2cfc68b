// How many payouts a second the worker carries from a request to `paid`: payout-check, status, payout-pay, status, with the
// policy approving and a bank that takes no time.
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { PayoutView } from '#lib/contract/payout.ts'
import { connections } from './load.ts'
import type { Bench } from './stack.ts'

/** Enough for ten seconds of one worker. */
const payouts = 120
const timeoutMs = 40_000

/** Payouts per second, from the first payout-check to the last `paid`. */
export async function measureWorkers(bench: Bench, db: pg.Client, apiKey: string, workers: number) {
  const ids = await askForPayouts(bench.appUrl, apiKey)
  const started = Array.from({ length: workers }, (_, n) => bench.startWorker(`worker-${workers}-${n}`))
  try {
    await untilPaid(db, ids)
  } finally {
    await Promise.all(started.map((worker) => worker.stop()))
  }
  const { rows } = await db.query<{ seconds: number }>(
    `SELECT extract(epoch FROM max(final_at) - (
       SELECT min(at) FROM payout_event WHERE payout_id = ANY($1) AND kind = 'check_intended'
     ))::float8 AS seconds FROM payout WHERE id = ANY($1)`,
    [ids],
  )
  return payouts / (rows[0]?.seconds ?? NaN)
}

async function askForPayouts(appUrl: string, apiKey: string): Promise<string[]> {
  const ids: string[] = []
  let left = payouts
  const loop = async () => {
    while (left-- > 0) ids.push((await askForPayout(appUrl, apiKey)).id)
  }
  await Promise.all(Array.from({ length: connections }, loop))
  return ids
}

async function askForPayout(appUrl: string, apiKey: string): Promise<PayoutView> {
  const answer = await fetch(`${appUrl}/api/v1/payouts`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${apiKey}`,
      'Content-Type': 'application/json',
      'Idempotency-Key': randomUUID(),
    },
    body: JSON.stringify({
      amount: '100.50',
      currency: 'EUR',
      receiver: { externalId: `cust-${randomUUID()}`, firstName: 'Ada', lastName: 'Nowak' },
      destination: { account_number: 'DE89370400440532013000', bank_name: 'Example Bank' },
    }),
  })
  if (answer.status !== 201) throw new Error(`A payout was not taken: ${await answer.text()}`)
  return (await answer.json()) as PayoutView
}

async function untilPaid(db: pg.Client, ids: string[]): Promise<void> {
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
