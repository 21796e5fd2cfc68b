// npm run bench: this portal beside the least that could do the same, measured in one run on one machine. Ratios travel from
// machine to machine; absolute numbers do not. Takes about a minute; the table is Markdown on standard output.
import { availableParallelism, cpus, totalmem } from 'node:os'
import pg from 'pg'
import type { PayoutView } from '#lib/contract/payout.ts'
import type { Measured } from './load.ts'
import { connections } from './load.ts'
import { measureSigning } from './signing.ts'
import { needBuild, startStack } from './stack.ts'
import type { Stack } from './stack.ts'
import { fillTables, listedPayouts, measureCallbacks, measureList, measureStatus } from './web.ts'
import { measureWorkers } from './work-loop.ts'

type Row = { what: string; ours: number; than: string; baseline: number; latency?: Measured }

async function main(): Promise<void> {
  needBuild()
  const startedAt = performance.now()
  say('Signing')
  const rows = [signingRow(await measureSigning())]
  const stack = await startStack()
  const db = new pg.Client({ connectionString: stack.databaseUrl })
  try {
    await db.connect()
    rows.push(...(await measureStack(stack, db)))
  } finally {
    await db.end()
    await stack.stopAll()
  }
  print(rows, (performance.now() - startedAt) / 1000)
}

async function measureStack(stack: Stack, db: pg.Client): Promise<Row[]> {
  const { appUrl, baselineUrl, simulatorUrl } = stack
  await stack.startUntil('web', 'lib/web/main.ts', `${appUrl}/api/health/live`)
  const simulator = await stack.startUntil('simulator', 'lib/simulator/main.ts', `${simulatorUrl}/`)
  stack.admin('policy:set', '--currency', 'EUR', '--auto-approve-below', '1000')
  const { key } = stack.admin('api-key:create', '--name', 'bench') as { key: string }

  say('Workers')
  const one = await measureWorkers(stack, db, key, 1)
  const two = await measureWorkers(stack, db, key, 2)
  const links = await statusLinks(appUrl, key)
  await simulator.stop()

  await fillTables(db)
  await stack.startUntil('baseline', 'bench/baseline-server.ts', `${baselineUrl}/status?hash=none`)
  say('Callbacks')
  const callback = await measureCallbacks(stack)
  say('Status page')
  const status = await measureStatus(stack, links)
  say('List')
  const list = await measureList(stack, key)
  return [
    row('Callback stored and answered', callback, '`node:http`, BEGIN, INSERT, UPDATE, COMMIT'),
    row('Status page asks for news', status, '`node:http`, one SELECT'),
    row('Status page asks for news', { ...status, baseline: status.empty }, 'a Next route that does nothing'),
    row(`First page of ${listedPayouts.toLocaleString('en')} payouts`, list, 'its SQL alone, no web server'),
    { what: 'Payouts to `paid`, two workers', ours: two, than: 'one worker', baseline: one },
  ]
}

async function statusLinks(appUrl: string, key: string): Promise<string[]> {
  const answer = await fetch(`${appUrl}/api/v1/payouts?limit=100`, {
    headers: { Authorization: `Bearer ${key}` },
  })
  const { data } = (await answer.json()) as { data: PayoutView[] }
  return data.flatMap(({ statusUrl }) => statusUrl ?? [])
}

function row(what: string, measured: { ours: Measured; baseline: Measured }, than: string): Row {
  const { ours, baseline } = measured
  return { what, ours: ours.perSecond, than, baseline: baseline.perSecond, latency: ours }
}

const signingRow = (measured: { ours: Measured; baseline: Measured }): Row =>
  row('Signed payout-check request', measured, '`crypto.sign`, asynchronous')

/** Progress goes to standard error, so that standard output is the table alone. */
const say = (what: string) => console.error(`${what}…`)

function print(rows: Row[], seconds: number): void {
  const rate = (value: number) => (value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString('en'))
  const ms = (value: number | undefined) => (value === undefined ? '' : value.toFixed(1))
  const lines = rows.map(
    ({ what, ours, than, baseline, latency }) =>
      `| ${what} | ${rate(ours)} | ${ms(latency?.p50Ms)} | ${ms(latency?.p95Ms)} | ${than} | ${rate(baseline)} | ${(ours / baseline).toFixed(2)} |`,
  )
  const memory = Math.round(totalmem() / 2 ** 30)
  console.log(
    [
      '| what | per second | median ms | 95 % ms | baseline | its per second | ratio |',
      '| --- | --: | --: | --: | --- | --: | --: |',
      ...lines,
      '',
      `${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}), ${memory} GB, Node ${process.versions.node}, ` +
        `${process.platform}; ${connections} connections, ${Math.round(seconds)} s.`,
    ].join('\n'),
  )
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  },
)
