import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  deployedWith,
  etcdArguments,
  haproxyConfiguration,
  labTimes,
  patroniConfiguration,
  pgbouncerConfiguration,
} from './configuration.ts'
import type { ClusterPlan } from './configuration.ts'
import { howToInstall, isSafePatroni } from './packages.ts'
import { isStable, stateFrom } from './state.ts'

const ports = { postgres: 1, rest: 2, toNode: 3, toRest: 4 }
const plan: ClusterPlan = {
  names: ['alpha', 'beta'],
  ports: { alpha: ports, beta: { postgres: 5, rest: 6, toNode: 7, toRest: 8 } },
  times: labTimes,
  asynchronous: false,
  passwords: { superuser: 'su', replication: 'rep', rewind: 'rew', rest: 'res', portal: 'por' },
  bin: '/bin',
  folder: '/folder',
}
const patroni = (asynchronous: boolean) => patroniConfiguration({ ...plan, asynchronous }, 'alpha', [9, 10])
/** What a program reads of it. */
const withoutComments = (text: string) =>
  text
    .split('\n')
    .filter((line) => !/^\s*[#;]/.test(line))
    .join('\n')

const deployed = (name: string) => readFileSync(`deploy/patroni/${name}`, 'utf8')

describe('Patroni', () => {
  it('waits for a standby with each commit, and never goes on without one, unless it is to be asynchronous', () => {
    expect(patroni(false)).toContain('synchronous_mode: true\n    synchronous_mode_strict: true\n')
    expect(patroni(true)).toContain('synchronous_mode: false\n')
    expect(patroni(true)).not.toContain('synchronous_mode_strict')
  })

  it('is reached by others through proxies, and reaches etcd through its own', () => {
    expect(patroni(false)).toContain('listen: 127.0.0.1:1\n  connect_address: 127.0.0.1:3\n')
    expect(patroni(false)).toContain('hosts: 127.0.0.1:9,127.0.0.1:10\n  use_proxies: true\n')
  })

  it('has times that a leader can be elected with', () => {
    const { ttl, loopWait, retryTimeout } = labTimes
    expect(loopWait + 2 * retryTimeout).toBeLessThanOrEqual(ttl)
    // Patroni 4 raises a smaller one by itself.
    expect(ttl).toBeGreaterThanOrEqual(20)
  })

  it.each([
    ['3.0.2', false],
    ['2.1.7', false],
    ['3.0.3', true],
    ['3.2.2', true],
    ['4.0.7', true],
  ])('%s loses nothing when a frozen primary thaws: %s', (version, safe) => {
    expect(isSafePatroni(version)).toBe(safe)
  })
})

describe('the files to copy into production', () => {
  it('have the settings of the lab that nothing is lost with', () => {
    const text = deployed('patroni.yml')
    for (const line of [
      'synchronous_mode: true',
      'synchronous_mode_strict: true',
      'primary_start_timeout: 0',
      "synchronous_commit: 'on'",
      "wal_log_hints: 'on'",
      'use_pg_rewind: true',
      'use_slots: true',
      '- data-checksums',
    ])
      expect(text).toContain(`${line}\n`)
    expect(text).toMatch(/^etcd3:$/m)
  })

  it('send clients to the primary only, and cut them off from one that is none any more', () => {
    const text = deployed('haproxy.cfg')
    expect(text).toContain('option httpchk OPTIONS /primary\n')
    expect(text).toContain('http-check expect status 200\n')
    expect(text).toMatch(/default-server inter \S+ fall 2 rise 1 on-marked-down shutdown-sessions\n/)
  })

  it('send those who read to one standby at a time', () => {
    const [, standby = ''] = deployed('haproxy.cfg').split('listen standby\n')
    expect(standby).toContain('balance first\n')
    expect(standby).toContain('option httpchk OPTIONS /replica\n')
  })

  it('pool by transaction, and try again soon', () => {
    for (const line of ['pool_mode = transaction', 'server_login_retry = 1', 'auth_type = scram-sha-256'])
      expect(deployed('pgbouncer.ini')).toContain(`${line}\n`)
  })

  it('are what the lab runs, with this machine in place of theirs', () => {
    const nodes = { alpha: ports, beta: ports, gamma: ports }
    for (const text of [
      patroni(false),
      haproxyConfiguration({ port: 1, nodes }),
      pgbouncerConfiguration({ port: 1, haproxyPort: 2, usersFile: '/users' }),
    ])
      expect(withoutComments(text)).not.toMatch(/10\.0\.0\.|<|\/etc\/|\/var\/|5432|6432|8008/)
  })

  it('have all that the lab changes, or it says what is missing', () => {
    expect(() => deployedWith('patroni.yml', [['no such line', '']])).toThrow('no such line')
  })
})

it('each member of etcd knows all others', () => {
  const args = etcdArguments({ name: 'a', folder: '/f', clientPort: 1, peers: { a: 2, b: 3 } })
  expect(args).toContain('a=http://127.0.0.1:2,b=http://127.0.0.1:3')
  expect(args.slice(args.indexOf('--data-dir'), args.indexOf('--data-dir') + 2)).toEqual([
    '--data-dir',
    '/f/a',
  ])
})

it('web servers are behind HAProxy when there are any', () => {
  const nodes = { alpha: ports, beta: ports, gamma: ports }
  const text = haproxyConfiguration({ port: 1, nodes, web: { port: 7, servers: [8, 9] } })
  expect(text).toContain('server db1 127.0.0.1:1 check port 2')
  expect(text).toContain('option forwardfor')
  expect(text).toContain('server web-2 127.0.0.1:9 check')
  expect(haproxyConfiguration({ port: 1, nodes })).not.toContain('listen web')
})

it('what is missing is said with the command that installs it and starts nothing', () => {
  const text = howToInstall(['patroni', 'haproxy'])
  expect(text).toContain('apt-get install --no-install-recommends patroni haproxy')
  expect(text).toContain('policy-rc.d')
})

describe('a cluster is stable', () => {
  const primary = stateFrom('alpha', { state: 'running', role: 'primary', timeline: 2 })
  const synchronous = stateFrom('beta', {
    state: 'streaming',
    role: 'replica',
    sync_standby: true,
    timeline: 2,
  })
  const other = stateFrom('gamma', { state: 'running', role: 'replica', timeline: 2 })

  it('with one primary, one that commits wait for, and everybody on one timeline', () => {
    expect(isStable([primary, synchronous, other], true)).toBe(true)
  })

  it('also when Patroni 3 calls the primary a master', () => {
    const master = stateFrom('alpha', { state: 'running', role: 'master', timeline: 2 })
    expect(isStable([master, synchronous, other], true)).toBe(true)
  })

  it.each([
    ['one says nothing', [primary, synchronous, stateFrom('gamma', null)]],
    ['one is behind on an old timeline', [primary, synchronous, { ...other, timeline: 1 }]],
    ['two call themselves primary', [primary, synchronous, { ...other, isPrimary: true }]],
    ['commits wait for nobody', [primary, { ...synchronous, isSynchronous: false }, other]],
  ])('not while %s', (_why, states) => {
    expect(isStable(states, true)).toBe(false)
  })

  it('without a synchronous standby only where none is wanted', () => {
    expect(isStable([primary, { ...synchronous, isSynchronous: false }, other], false)).toBe(true)
  })
})
