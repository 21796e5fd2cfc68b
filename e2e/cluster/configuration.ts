// The configuration of each program of the cluster, as text. Patroni, HAProxy and PgBouncer get the very files that are deployed
// (deploy/patroni), with this machine's addresses in place of theirs, so that what the lab tries is what people copy.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Seconds. Patroni 4 takes no `ttl` below 20. */
export type Times = { ttl: number; loopWait: number; retryTimeout: number }

/** The lab's: as quick as Patroni 4 allows. */
export const labTimes: Times = { ttl: 20, loopWait: 2, retryTimeout: 5 }

export type Passwords = Record<'superuser' | 'replication' | 'rewind' | 'rest' | 'portal', string>

/** How one node is reached. Other nodes come through `toNode` and `toRest`, so that they can be cut off; clients come directly. */
export type NodePorts = { postgres: number; rest: number; toNode: number; toRest: number }

export type ClusterPlan = {
  names: readonly string[]
  /** By name. */
  ports: Readonly<Record<string, NodePorts>>
  times: Times
  /** May a commit return before a standby has it? Then a failover may lose it. */
  asynchronous: boolean
  passwords: Passwords
  bin: string
  folder: string
}

/** As the deployed file names them. */
export const superuser = 'postgres'
export const restUser = 'patroni'
export const portalUser = 'portal'

const deployFolder = join(import.meta.dirname, '..', '..', 'deploy', 'patroni')

/** A deployed file with each of these texts replaced, wherever it is. Throws when one isn't there: the lab would try something else. */
export function deployedWith(
  file: string,
  changes: readonly (readonly [from: string, to: string])[],
): string {
  return changes.reduce(
    (text, [from, to]) => {
      if (!text.includes(from))
        throw new Error(`deploy/patroni/${file} has no "${from}" that the lab could change.`)
      return text.replaceAll(from, to)
    },
    readFileSync(join(deployFolder, file), 'utf8'),
  )
}

/** Patroni's own file for one node. `etcd`: where this node finds etcd, one port for each member. */
export function patroniConfiguration(plan: ClusterPlan, name: string, etcd: readonly number[]): string {
  const ports = plan.ports[name]
  if (!ports) throw new Error(`no ports of ${name}`)
  const { times, passwords, asynchronous } = plan
  const home = `${plan.folder}/${name}`
  return deployedWith('patroni.yml', [
    ['name: db1\n', `name: ${name}\n`],
    ['  listen: 10.0.0.1:8008', `  listen: 127.0.0.1:${ports.rest}`],
    ['connect_address: 10.0.0.1:8008', `connect_address: 127.0.0.1:${ports.toRest}`],
    ['<password for switchovers>', passwords.rest],
    [
      'hosts: 10.0.0.11:2379,10.0.0.12:2379,10.0.0.13:2379',
      // Else it would find the members' own addresses and go past the proxies.
      `hosts: ${etcd.map((port) => `127.0.0.1:${port}`).join(',')}\n  use_proxies: true`,
    ],
    ['ttl: 30', `ttl: ${times.ttl}`],
    ['loop_wait: 10', `loop_wait: ${times.loopWait}`],
    ['retry_timeout: 10', `retry_timeout: ${times.retryTimeout}`],
    ...(asynchronous
      ? ([
          // The lab promotes a standby by hand however far behind it is.
          ['synchronous_mode: true', `maximum_lag_on_failover: ${1024 ** 3}`],
          ['synchronous_mode_strict: true', 'synchronous_mode: false'],
        ] as const)
      : []),
    ['wal_sender_timeout: 10s', 'wal_sender_timeout: 4s'],
    ['wal_receiver_timeout: 10s', 'wal_receiver_timeout: 4s'],
    ['max_connections: 200', ['max_connections: 200', ...small].join('\n        ')],
    ['  listen: 10.0.0.1:5432', `  listen: 127.0.0.1:${ports.postgres}`],
    ['connect_address: 10.0.0.1:5432', `connect_address: 127.0.0.1:${ports.toNode}`],
    ['/var/lib/postgresql/data', `${home}/data`],
    ['/usr/lib/postgresql/17/bin', plan.bin],
    [
      '/var/lib/postgresql/.pgpass-patroni',
      `${home}/pgpass\n  parameters:\n    unix_socket_directories: ${home}`,
    ],
    ['<password of the superuser>', passwords.superuser],
    ['<password of replication>', passwords.replication],
    ['<password of pg_rewind>', passwords.rewind],
    ['10.0.0.0/24', '127.0.0.1/32'],
    ['mode: automatic', "mode: 'off'"],
  ])
}

/** So that three nodes fit on one machine. */
const small = [
  'max_wal_size: 256MB',
  'wal_keep_size: 128MB',
  'shared_buffers: 32MB',
  'log_min_messages: warning',
]

/** One member of etcd. `peers` are the ports by which the members reach each other. */
export function etcdArguments(options: {
  name: string
  folder: string
  clientPort: number
  peers: Readonly<Record<string, number>>
}): string[] {
  const { name, folder, clientPort, peers } = options
  const address = (port: number | undefined) => `http://127.0.0.1:${port}`
  return [
    ...['--name', name, '--data-dir', `${folder}/${name}`],
    ...['--listen-client-urls', address(clientPort), '--advertise-client-urls', address(clientPort)],
    ...['--listen-peer-urls', address(peers[name]), '--initial-advertise-peer-urls', address(peers[name])],
    ...[
      '--initial-cluster',
      Object.entries(peers)
        .map(([peer, port]) => `${peer}=${address(port)}`)
        .join(','),
    ],
    ...['--initial-cluster-state', 'new', '--initial-cluster-token', 'portal'],
    // On a busy machine the default of one second elects somebody else all the time.
    ...['--heartbeat-interval', '250', '--election-timeout', '2500'],
  ]
}

/** HAProxy: to the primary, as Patroni's REST says who that is, and over all web servers. */
export function haproxyConfiguration(options: {
  port: number
  nodes: Readonly<Record<string, NodePorts>>
  web?: { port: number; servers: readonly number[] } | undefined
}): string {
  const { port, nodes, web } = options
  const servers = Object.values(nodes).map(({ postgres, rest }, n): [string, string] => [
    `10.0.0.${n + 1}:5432 check port 8008`,
    `127.0.0.1:${postgres} check port ${rest}`,
  ])
  const own = deployedWith('haproxy.cfg', [
    // It is started as somebody without privileges, and has no syslog.
    ['  log /dev/log local0 notice\n', '  log stderr format raw local0 notice\n'],
    ['  user haproxy\n  group haproxy\n', ''],
    ['127.0.0.1:5000', `127.0.0.1:${port}`],
    // Nothing of the lab reads there.
    ['127.0.0.1:5001', `abns@standby-${port}`],
    ...servers,
  ])
  return `${own}${web ? webConfiguration(web) : ''}`
}

const webConfiguration = ({ port, servers }: { port: number; servers: readonly number[] }) => `
listen web
  mode http
  bind 127.0.0.1:${port}
  option forwardfor
  option httpchk GET /api/health/live
  default-server inter 1s fall 2 rise 1
${servers.map((server, n) => `  server web-${n + 1} 127.0.0.1:${server} check`).join('\n')}
`

/** PgBouncer in transaction mode, to whatever database its clients name. `usersFile`: see `pgbouncerUsers`. */
export function pgbouncerConfiguration(options: {
  port: number
  haproxyPort: number
  usersFile: string
}): string {
  const { port, haproxyPort, usersFile } = options
  return deployedWith('pgbouncer.ini', [
    ['portal = host=127.0.0.1 port=5000', `* = host=127.0.0.1 port=${haproxyPort}`],
    ['listen_port = 6432', `listen_port = ${port}\nunix_socket_dir =`],
    ['/etc/pgbouncer/userlist.txt', usersFile],
  ])
}

export const pgbouncerUsers = ({ portal }: Passwords) => `"${portalUser}" "${portal}"\n`
