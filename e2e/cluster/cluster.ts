// Three PostgreSQL nodes under Patroni, three members of etcd, HAProxy and PgBouncer: started, watched, broken and stopped from here.
import { randomBytes } from 'node:crypto'
import { chownSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '#lib/processes/free-port.ts'
import { lastLines } from '#lib/processes/start-process.ts'
import { startTcpProxy } from '../chaos/tcp-proxy.ts'
import type { TcpProxy } from '../chaos/tcp-proxy.ts'
import {
  askEveryMs,
  askState,
  cancelWaits,
  createPortalUser,
  pauseAt,
  takesWrites,
  untilEtcdIsReady,
} from './ask.ts'
import {
  etcdArguments,
  haproxyConfiguration,
  patroniConfiguration,
  pgbouncerConfiguration,
  pgbouncerUsers,
  portalUser,
  restUser,
  superuser,
} from './configuration.ts'
import type { ClusterPlan, NodePorts } from './configuration.ts'
import { startMachine } from './namespace.ts'
import type { Machine, RunAs } from './namespace.ts'
import { postgresPrograms } from './packages.ts'
import { makeFolder, unprivileged } from './place.ts'
import { isStable } from './state.ts'
import type { Cluster, ClusterOptions, Node } from './types.ts'

const nodeNames = ['alpha', 'beta', 'gamma'] as const
const etcdNames = ['etcd-1', 'etcd-2', 'etcd-3'] as const

/** A state that lasts so long is no step on the way to another. */
const stableForMs = 2000
const stableWithinMs = 180_000

export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const runAs = unprivileged()
  const folder = makeFolder(runAs)
  const undo: (() => Promise<void>)[] = []
  const stop = async () => {
    for (let each = undo.pop(); each; each = undo.pop()) await each()
    rmSync(folder, { recursive: true, force: true })
  }
  options.atStop?.(stop)
  try {
    const cluster = await build(options, folder, runAs, (each) => undo.push(each))
    return { ...cluster, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function build(
  options: ClusterOptions,
  folder: string,
  runAs: RunAs,
  atStop: (undo: () => Promise<void>) => void,
): Promise<Omit<Cluster, 'stop'>> {
  const write = (file: string, text: string) => {
    writeFileSync(join(folder, file), text, { mode: 0o600 })
    if (runAs) chownSync(join(folder, file), runAs.uid, runAs.gid)
  }
  const port = () => freePort(20_200 + (process.pid % 150) * 20)
  const running = new Map<string, Machine>()
  atStop(async () => {
    await Promise.all([...running.values()].map((machine) => machine.stop()))
  })
  const start = async (name: string, program: string, args: string[], env: Record<string, string> = {}) => {
    const logFile = join(folder, `${name}.log`)
    running.set(name, await startMachine({ name, program, args, env, runAs, logFile }))
  }
  const machineOf = (name: string) => {
    const machine = running.get(name)
    if (!machine) throw new Error(`${name} was never started`)
    return machine
  }

  // etcd.
  const peers: Record<string, number> = {}
  const etcdPorts: number[] = []
  for (const name of etcdNames) {
    peers[name] = await port()
    etcdPorts.push(await port())
  }
  const etcd = etcdNames.map((name, n) => ({
    machine: () => machineOf(name),
    start: () =>
      start(name, '/usr/bin/etcd', etcdArguments({ name, folder, peers, clientPort: etcdPorts[n] ?? 0 }), {
        GOMAXPROCS: '1',
        ETCD_LOG_LEVEL: 'warn',
      }),
  }))
  await Promise.all(etcd.map((member) => member.start()))
  await Promise.all(etcdPorts.map(untilEtcdIsReady))

  // The nodes, and the proxies by which they reach each other and etcd.
  const ports: Record<string, NodePorts> = {}
  const proxies: Record<string, { toNode: TcpProxy; toRest: TcpProxy; etcd: TcpProxy[] }> = {}
  for (const name of nodeNames) {
    const postgres = await port()
    const rest = await port()
    const toNode = await startTcpProxy(postgres)
    const toRest = await startTcpProxy(rest)
    const toEtcd = await Promise.all(etcdPorts.map((member) => startTcpProxy(member)))
    proxies[name] = { toNode, toRest, etcd: toEtcd }
    for (const proxy of [toNode, toRest, ...toEtcd]) atStop(() => proxy.close())
    ports[name] = { postgres, rest, toNode: toNode.port, toRest: toRest.port }
  }
  const secret = () => randomBytes(18).toString('hex')
  const plan: ClusterPlan = {
    names: nodeNames,
    ports,
    times: options.times,
    asynchronous: options.asynchronous,
    passwords: {
      superuser: secret(),
      replication: secret(),
      rewind: secret(),
      rest: secret(),
      portal: secret(),
    },
    bin: postgresPrograms(),
    folder,
  }
  copyFileSync(join(import.meta.dirname, 'pause-before-renewal.py'), join(folder, 'sitecustomize.py'))
  const modules = [folder, ...(options.patroni.modules === undefined ? [] : [options.patroni.modules])]
  const nodes = nodeNames.map((name): Node => {
    const home = join(folder, name)
    mkdirSync(home, { mode: 0o700 })
    if (runAs) chownSync(home, runAs.uid, runAs.gid)
    const between = proxies[name]
    if (!between) throw new Error(`no proxies of ${name}`)
    write(
      `${name}.yml`,
      patroniConfiguration(
        plan,
        name,
        between.etcd.map((proxy) => proxy.port),
      ),
    )
    const pauseFile = join(home, 'pause')
    return {
      name,
      address: `127.0.0.1:${ports[name]?.postgres}`,
      restUrl: `http://127.0.0.1:${ports[name]?.rest}`,
      machine: () => machineOf(name),
      start: () =>
        start(name, '/usr/bin/python3', [options.patroni.program, join(folder, `${name}.yml`)], {
          PYTHONPATH: modules.join(':'),
          PYTHONDONTWRITEBYTECODE: '1',
          PAUSE_FILE: pauseFile,
        }),
      cutOff(ms) {
        for (const proxy of [between.toNode, between.toRest, ...between.etcd]) proxy.stall(ms)
      },
      stopFeeding: (ms) => between.toNode.stall(ms),
      reunite() {
        for (const proxy of [between.toNode, between.toRest, ...between.etcd]) proxy.calm()
      },
      pauseBeforeRenewal: () => pauseAt(pauseFile),
      endPause: () => rmSync(pauseFile, { force: true }),
    }
  })
  await Promise.all(nodes.map((node) => node.start()))

  // The way in.
  const haproxyPort = await port()
  const poolerPort = await port()
  write('haproxy.cfg', haproxyConfiguration({ port: haproxyPort, nodes: ports, web: options.web }))
  const usersFile = join(folder, 'users.txt')
  write('users.txt', pgbouncerUsers(plan.passwords))
  write('pgbouncer.ini', pgbouncerConfiguration({ port: poolerPort, haproxyPort, usersFile }))
  await start('haproxy', '/usr/sbin/haproxy', ['-db', '-f', join(folder, 'haproxy.cfg')])
  await start('pgbouncer', '/usr/sbin/pgbouncer', [join(folder, 'pgbouncer.ini')])

  const urlOf = (at: number, user: string, password: string, database: string) =>
    `postgresql://${user}:${password}@127.0.0.1:${at}/${database}`
  const directUrl: Cluster['directUrl'] = (database, user = 'portal') =>
    user === 'portal'
      ? urlOf(haproxyPort, portalUser, plan.passwords.portal, database)
      : urlOf(haproxyPort, superuser, plan.passwords.superuser, database)
  const pooledUrl = (database: string) => urlOf(poolerPort, portalUser, plan.passwords.portal, database)

  const states = () => Promise.all(nodes.map(askState))
  const nodeCalled = (name: string | undefined, what: string): Node => {
    const node = nodes.find((one) => one.name === name)
    if (!node) throw new Error(`There is no ${what} now.`)
    return node
  }
  const primary = async () => nodeCalled((await states()).find(({ isPrimary }) => isPrimary)?.name, 'primary')
  const standby = async () => {
    const standbys = (await states()).filter(({ isPrimary, isWell }) => isWell && !isPrimary)
    const chosen = options.asynchronous ? standbys[0] : standbys.find(({ isSynchronous }) => isSynchronous)
    return nodeCalled(chosen?.name, 'standby that commits wait for')
  }
  const untilStable = async () => {
    const deadline = Date.now() + stableWithinMs
    let since: number | undefined
    for (;;) {
      const now = await states()
      const stable =
        isStable(now, !options.asynchronous) && (await takesWrites(directUrl('postgres', 'postgres')))
      since = stable ? (since ?? Date.now()) : undefined
      if (since !== undefined && Date.now() - since >= stableForMs) return
      const ended = nodes.find((node) => !node.machine().isRunning())
      if (ended) throw new Error(`${ended.name} has ended:\n${lastLines(join(folder, `${ended.name}.log`))}`)
      if (Date.now() > deadline) throw new Error(`The cluster does not become stable: ${JSON.stringify(now)}`)
      await sleep(askEveryMs)
    }
  }
  const untilOtherPrimary = async (than: Node) => {
    const deadline = Date.now() + stableWithinMs
    while (
      !(await states()).some(({ name, isPrimary, isWell }) => isPrimary && isWell && name !== than.name)
    ) {
      if (Date.now() > deadline) throw new Error(`Nobody takes the place of ${than.name}.`)
      await sleep(askEveryMs)
    }
  }
  const order = async (path: 'switchover' | 'failover', body: Record<string, string>, of: Node) => {
    const response = await fetch(`${of.restUrl}/${path}`, {
      method: 'POST',
      headers: { Authorization: `Basic ${btoa(`${restUser}:${plan.passwords.rest}`)}` },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(60_000),
    })
    if (!response.ok)
      throw new Error(`Patroni refuses the ${path}: ${response.status} ${await response.text()}`)
  }
  await untilStable()
  await createPortalUser(directUrl('postgres', 'postgres'), plan.passwords.portal)
  return {
    folder,
    directUrl,
    pooledUrl,
    poolerPort,
    nodes,
    etcd,
    states,
    primary,
    standby,
    untilOtherPrimary,
    untilStable,
    async switchover() {
      const leader = await primary()
      await order('switchover', { leader: leader.name }, leader)
    },
    promote: (to) => order('failover', { candidate: to.name }, to),
    cancelWaits: (forMs) => cancelWaits(directUrl('postgres', 'postgres'), forMs),
  }
}
