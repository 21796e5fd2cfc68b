// npm run bench: this portal beside the least that could do the same, measured in one run on one machine. Ratios travel from
// machine to machine; absolute numbers do not. Takes about a minute; the table is Markdown on standard output.
import { availableParallelism, cpus, totalmem } from 'node:os'
import pg from 'pg'
import type { PayoutView } from '#lib/contract/payout.ts'
import type { Measured } from './load.ts'
import { connections } from './load.ts'
import { measureSigning } from './signing.ts'
import { needBuild, openBench } from './stack.ts'
import type { Bench } from './stack.ts'
import { fillTables, listedPayouts, measureCallbacks, measureList, measureStatus } from './web.ts'
import { measureWorkers } from './work-loop.ts'

type Row = { what: string; ours: number; than: string; baseline: number; latency?: Measured }

async function main(): Promise<void> {
  needBuild()
  const startedAt = performance.now()
  say('Signing')
  const rows = [signingRow(await measureSigning())]
  const bench = await openBench()
  const db = new pg.Client({ connectionString: bench.databaseUrl })
  try {
    await db.connect()
    rows.push(...(await measureStack(bench, db)))
  } finally {
    await db.end()
    await bench.stop()
  }
  print(rows, (performance.now() - startedAt) / 1000)
}

async function measureStack(bench: Bench, db: pg.Client): Promise<Row[]> {
  await bench.startWeb()
  const simulator = await bench.startSimulator()
  await bench.admin('policy:set', '--currency', 'EUR', '--auto-approve-below', '1000')
  const { key } = (await bench.admin('api-key:create', '--name', 'bench')) as { key: string }

  say('Workers')
  const one = await measureWorkers(bench, db, key, 1)
  const two = await measureWorkers(bench, db, key, 2)
  const links = await statusLinks(bench.appUrl, key)
  await simulator.stop()

  await fillTables(db)
  await bench.startBaseline()
  say('Callbacks')
  const callback = await measureCallbacks(bench)
  say('Status page')
  const status = await measureStatus(bench, links)
  say('List')
  const list = await measureList(bench, key)
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
