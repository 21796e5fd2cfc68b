// npm run upgrade-lab [-- --from <commit or tag> --seconds N --keep]: this version takes the place of a real earlier one, process by process
// and under load, and gives it back (docs/upgrades.md).
/* oxlint-disable max-lines -- One upgrade is read together, from its first step to its last. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { environmentOf } from '#lib/cli/demo-settings.ts'
import { chooseEnvironment, simulatorUrlOf } from '#lib/cli/own-stack.ts'
import { joinEmbeddedPostgres } from '#lib/db/engine/embedded-postgres.ts'
import { compareMigrations } from '#lib/db/engine/migrations-folder.ts'
import { createDatabaseFrom } from '#lib/db/testing/server.ts'
import { freePort } from '#lib/processes/free-port.ts'
import { run } from '#lib/processes/run.ts'
import { Stack } from '#lib/processes/stack.ts'
import type { StartedProcess, Variables } from '#lib/processes/start-process.ts'
import { startMailSink } from '../chaos/mail-sink.ts'
import { openRows } from '../chaos/rows.ts'
import { simulatorAt } from '../chaos/simulator.ts'
import { createWatch, isQuiet } from '../chaos/watch.ts'
import { startBalancer } from './balancer.ts'
import type { Backend } from './balancer.ts'
import { startLoad } from './load.ts'
import { judgeUpgrade, report } from './report.ts'
import type { Phase } from './report.ts'
import { approvers, claimsOf, never, receivers, settleIn, waiting } from './people.ts'
import { openTabs } from './tabs.ts'
import type { Outcome, Person, Tab } from './tabs.ts'
import { chooseCommit, earlierVersion, forget, thisVersion } from './versions.ts'
import type { Version } from './versions.ts'

const { values: flags } = parseArgs({
  options: {
    /** A commit or tag to come from. */
    from: { type: 'string', default: '' },
    /** How long the load goes on with nothing but one version, before and after each change. */
    seconds: { type: 'string', default: '5' },
    /** Keeps the build of the earlier version for the next run, and the logs. */
    keep: { type: 'boolean', default: false },
    /** Takes the build of this version that is there, for those who know that it is the right one. */
    'keep-build': { type: 'boolean', default: false },
  },
})

/** A lease of a worker that stops is given back at once; what is under way takes a poll or two. */
const settleWithinMs = 120_000

const say = (line: string) => console.log(line)

async function main(): Promise<number> {
  const commit = chooseCommit(flags.from)
  const now = await thisVersion(say, flags['keep-build'])
  const before = earlierVersion(commit, say)
  const lab = join(process.cwd(), '.data', `upgrade-${process.pid}`)
  mkdirSync(lab, { recursive: true, mode: 0o711 })
  const undo: (() => Promise<void> | void)[] = []
  try {
    const isGood = await roll(lab, before, now, undo)
    if (isGood && !flags.keep) rmSync(lab, { recursive: true, force: true })
    else say(`Logs: ${lab}`)
    return isGood ? 0 : 1
  } finally {
    for (const each of undo.reverse()) await Promise.resolve(each()).catch(() => undefined)
    if (!flags.keep) forget(before)
  }
}

async function roll(
  lab: string,
  old: Version,
  now: Version,
  undo: (() => Promise<void> | void)[],
): Promise<boolean> {
  const joined = await joinEmbeddedPostgres({ dataDir: lab })
  undo.push(joined.leave)
  const database = await createDatabaseFrom(joined.url, 'template1')
  undo.push(database.drop)
  const mail = await startMailSink()
  undo.push(() => mail.close())
  const environment = await chooseEnvironment({
    firstPort: 25_200 + (process.pid % 200) * 20,
    secretsFile: join(lab, 'secrets.json'),
    more: {
      DATABASE_URL: database.url,
      SMTP_URL: mail.url,
      MAIL_FROM: 'Payouts <payouts@lab.example>',
      MARKER_FILE: join(lab, 'marker.json'),
      SIMULATOR_LEDGER_FILE: join(lab, 'ledger.json'),
      SIMULATOR_STEP_MS: '250',
      CARDZO_POLL_INTERVAL_MS: '1000',
      TRUSTED_PROXY_HOPS: '1',
    },
  })
  const appPort = Number(environment['PORT'])
  const appUrl = `http://127.0.0.1:${appPort}`
  const all: Variables = { ...environment, APP_URL: appUrl }
  const command = async (version: Version, args: readonly string[], input = '') => {
    const ended = await run(process.execPath, args, environmentOf('command', all), input, version.folder)
    if (ended.code !== 0)
      throw new Error(`${args.join(' ')} (${version.name}): ${ended.stderr}${ended.stdout}`)
    return ended.stdout
  }

  const migrationsOf = async (version: Version) =>
    (await command(version, ['lib/cli/migrate.ts'])).trim().split('\n')
  say(`The database of the earlier version: ${(await migrationsOf(old)).at(-1) ?? ''}`)
  const apiKey = await settleIn((args, input) => command(old, ['lib/cli/admin.ts', ...args], input))

  const stack = new Stack({ logFolder: lab })
  undo.push(() => stack.stop())
  const simulator = stack.start('simulator', environmentOf('simulator', all), { cwd: old.folder })
  await stack.untilAnswers(simulator, `${simulatorUrlOf(all)}/`)
  const balancer = await startBalancer(appPort)
  undo.push(() => balancer.close())

  const running = new Map<string, StartedProcess>()
  const webPorts = new Map<string, number>()
  for (const name of ['web-1', 'web-2'])
    webPorts.set(name, await freePort(appPort + 100 + webPorts.size * 10))
  const backends = (): Backend[] =>
    [...webPorts].filter(([name]) => running.has(name)).map(([name, port]) => ({ name, port }))
  /** Ends when it works, as a deployment waits for one before it stops the next. */
  const startWorker = async (name: string, { folder }: Version) => {
    const starts = () => readFileSync(join(lab, `${name}.log`), 'utf8').split('"worker started"').length
    const worker = stack.start('worker', environmentOf('worker', all), { name, cwd: folder })
    const before = starts()
    running.set(name, worker)
    while (starts() === before)
      if ((await Promise.race([worker.ended, sleep(100)])) !== undefined) throw new Error(`${name} ended`)
  }
  const startWeb = async (name: string, { folder }: Version) => {
    const port = String(webPorts.get(name))
    const web = stack.start('web', { ...environmentOf('web', all), PORT: port }, { name, cwd: folder })
    await stack.untilAnswers(web, `http://127.0.0.1:${port}/api/health/ready`)
    running.set(name, web)
    balancer.use(backends())
  }
  /** As a deployment does it: no new requests, then SIGTERM, then the other version, and requests again once it is ready. */
  const replace = async (name: string, version: Version) => {
    const process = running.get(name)
    running.delete(name)
    if (name.startsWith('web')) {
      balancer.use(backends())
      await balancer.drained(name)
    }
    await process?.stop()
    const how = await process?.ended
    if (how !== 0) surprises.push(`${name} ended with ${String(how)} when it was replaced`)
    if (name.startsWith('web')) await startWeb(name, version)
    else await startWorker(name, version)
  }
  const surprises: string[] = []
  const lacksSomething = async () =>
    (await compareMigrations(database.url, join(now.folder, 'prisma/migrations'))).lacking.length
  /** Started too soon, it ends and says what to do. */
  const refuses = async (program: 'worker' | 'web') => {
    const name = `${program}-too-soon`
    const port = String(await freePort(appPort + 150))
    const started = stack.start(
      program,
      { ...environmentOf(program, all), PORT: port },
      { name, cwd: now.folder },
    )
    const how = await Promise.race([started.ended, sleep(60_000).then(() => 'goes on')])
    const said = readFileSync(join(lab, `${name}.log`), 'utf8')
    if (how !== 1 || !said.includes('npm run db:migrate'))
      surprises.push(`a new ${program} on the old schema: ${String(how)}, ${said.slice(-300)}`)
    await started.stop()
  }

  for (const name of ['worker-1', 'worker-2']) await startWorker(name, old)
  for (const name of webPorts.keys()) await startWeb(name, old)

  const tabs = await openTabs(appUrl)
  undo.push(() => tabs.close())
  const rows = openRows(() => database.url)
  undo.push(() => rows.close())
  const bank = simulatorAt(simulatorUrlOf(all))
  await bank.expectTheWorst()
  const watch = createWatch(rows, bank)
  const load = startLoad(appUrl, apiKey)
  undo.push(() => load.stop())
  const over = new AbortController()
  const looking = (async () => {
    while (!over.signal.aborted) {
      await watch.look().catch(() => undefined)
      await sleep(300)
    }
  })()

  const phases: Phase[] = []
  const phase = async (name: string, what: () => Promise<void>) => {
    const begun = Date.now()
    await what()
    phases.push({ name, begun, ended: Date.now() })
    say(`${name}: ${((Date.now() - begun) / 1000).toFixed(1)} s`)
  }
  const alone = () => sleep(Number(flags.seconds) * 1000)
  const outcomes: Outcome[] = []
  const sendAll = async (opened: readonly Tab[]) => {
    for (const tab of opened) {
      outcomes.push(await tab.send())
      await tab.close()
    }
  }
  const fill = async (from: number, withApprovals: readonly [Person, Person]): Promise<Tab[]> => {
    const [first, second] = withApprovals
    return [
      await tabs.withdrawal(receivers[from] ?? never(), `${310 + from}.00`, true),
      await tabs.withdrawal(receivers[from + 1] ?? never(), `${310 + from + 1}.00`, false),
      await tabs.approval(first, await waiting(load, database.url), true),
      await tabs.approval(second, await waiting(load, database.url), false),
    ]
  }
  const [a, b, c, d, e, f] = approvers
  if (!a || !b || !c || !d || !e || !f) return never()

  let opened: Tab[] = []
  await phase('forms are opened on the old version', async () => {
    opened = await fill(0, [a, b])
  })
  await phase('old alone', alone)
  await phase('the new version refuses the old schema', async () => {
    if ((await lacksSomething()) === 0) {
      say('  (there is nothing to migrate)')
      return
    }
    await refuses('worker')
    await refuses('web')
  })
  await phase('migration', async () => {
    for (const line of await migrationsOf(now)) say(`  ${line}`)
  })
  await phase('old on the new schema', alone)
  await phase('workers forward', async () => {
    await replace('worker-1', now)
    await replace('worker-2', now)
  })
  await phase('web servers forward', async () => {
    await replace('web-1', now)
    // One of the two gets it.
    const one = await tabs.approval(e, await waiting(load, database.url), true)
    await sendAll([one])
    await replace('web-2', now)
  })
  await phase('new alone', alone)
  await phase('forms of the old version are sent to the new one', () => sendAll(opened))
  await phase('forms are opened on the new version', async () => {
    opened = await fill(2, [c, d])
  })
  await phase('web servers back', async () => {
    await replace('web-1', old)
    await sendAll([await tabs.approval(f, await waiting(load, database.url), true)])
    await replace('web-2', old)
  })
  await phase('workers back', async () => {
    await replace('worker-1', old)
    await replace('worker-2', old)
  })
  await phase('old alone again, on the new schema', alone)
  await phase('forms of the new version are sent to the old one', () => sendAll(opened))

  await load.stop()
  await phase('settling', async () => {
    const deadline = Date.now() + settleWithinMs
    while (Date.now() < deadline) {
      const { payouts, items } = await watch.look()
      const { isDone, isHeard } = await watch.bank()
      // What waits for an approval waits for people, who are gone.
      const left = payouts.filter(({ status }) => status !== 'awaiting_approval')
      if (isQuiet(left, items) && isDone && isHeard) return
      await sleep(300)
    }
  })
  over.abort()
  await looking
  for (const [name, process] of running) {
    const how = await Promise.race([process.ended, sleep(1).then(() => 'runs')])
    if (how !== 'runs') surprises.push(`${name} ended by itself: ${String(how)}`)
  }
  const { orders, strayPays } = await bank.ledger()
  const verdicts = judgeUpgrade(
    {
      payouts: await rows.payouts(),
      events: await rows.events(),
      items: await rows.items(),
      brokenLinks: await rows.brokenLinks(),
      callbacks: await rows.callbacks(),
      orders,
      strayPays,
      sightings: watch.sightings,
      mails: mail.mails,
    },
    { load, outcomes, surprises, typed: ['310.00', '311.00', '312.00', '313.00'] },
  )
  const text = report({
    phases,
    load,
    balancer: balancer.counts,
    outcomes,
    verdicts,
    claims: await claimsOf(database.url),
  })
  writeFileSync(join(lab, 'report.md'), `${text}\n`)
  say(`\n${text}\n`)
  const isGood = verdicts.every(({ offenders }) => offenders.length === 0)
  const names = `${old.commit.slice(0, 8)} → ${now.commit.slice(0, 8)} → ${old.commit.slice(0, 8)}`
  say(`upgrade-lab: ${names}: ${isGood ? 'nothing is lost, and nobody was left without a word' : 'BROKEN'}`)
  return isGood
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error)
    process.exit(1)
  },
)
