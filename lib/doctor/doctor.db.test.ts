/**
 * Each fault that `npm run doctor` knows is made here on real servers, and found. One file, because all of it needs the same database, simulator
 * and variables.
 */
import { execFile } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import tls from 'node:tls'
import pg from 'pg'
import { SMTPServer } from 'smtp-server'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Examined } from '#lib/db/engine/examine.ts'
import { joinEmbeddedPostgres } from '#lib/db/engine/embedded-postgres.ts'
import { findPlace } from '#lib/db/engine/embedded-postgres/place.ts'
import { migrate } from '#lib/db/engine/migrate.ts'
import { createTestDatabase } from '#lib/db/testing/database.ts'
import { startPooler } from '#lib/db/testing/pooler.ts'
import type { TestDatabase } from '#lib/db/testing/server.ts'
import { startMailServer } from '#lib/runtime/testing/mail-server.ts'
import { startMerchant } from '#lib/simulator/testing/merchant.ts'
import type { Merchant } from '#lib/simulator/testing/merchant.ts'
import { allChecks, examine, exitCodeOf, tableOf } from './examine.ts'
import type { Finding } from './finding.ts'
import { isSafePatroni } from './replication.ts'
import certificates from './testing/certificates.json' with { type: 'json' }
import { startPortal } from './testing/portal.ts'
import { found, variablesFor, worldOf } from './testing/world.ts'
import type { Variables } from './testing/world.ts'

const folder = mkdtempSync(join(tmpdir(), 'doctor-'))
let database: TestDatabase
let merchant: Merchant
let client: pg.Client
/** What the tests of one fault start, and what they undo. */
let undo: (() => unknown)[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  merchant = await startMerchant()
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
})
afterEach(async () => {
  for (const each of undo.reverse()) await each()
  undo = []
  vi.useRealTimers()
})
afterAll(async () => {
  await client.end()
  await merchant.close()
  await database.drop()
  rmSync(folder, { recursive: true })
})

const variables = (more: Variables = {}) =>
  variablesFor(merchant.simulator.url, database.url, { MARKER_FILE: join(folder, 'marker.json'), ...more })
const verdicts = (findings: Finding[]) => findings.map(({ verdict }) => verdict)
/** Exactly one finding, of this verdict, whose two sentences fit. */
function one(findings: Finding[], verdict: Finding['verdict'], seen: RegExp, todo: RegExp = /^/): void {
  expect(findings).toEqual([expect.objectContaining({ verdict }) as unknown])
  expect(findings[0]?.seen).toMatch(seen)
  expect(findings[0]?.todo).toMatch(todo)
  if (verdict === 'fault' || verdict === 'look') expect(findings[0]?.todo).not.toBe('')
}
async function portal(options: Parameters<typeof startPortal>[0]) {
  const started = await startPortal(options)
  undo.push(started.close)
  return { APP_URL: started.url }
}
/** Changes the database for one test. */
async function changed(statement: string, back: string) {
  await client.query(statement)
  undo.push(() => client.query(back))
}
function trust(certificate: { cert: string }) {
  const before = tls.getCACertificates('default')
  tls.setDefaultCACertificates([...before, certificate.cert])
  undo.push(() => tls.setDefaultCACertificates(before))
}

describe('configuration', () => {
  it('is right, or every variable that is wrong is named, beside a real gateway the port and the samples too', async () => {
    one(
      await found('configuration', variables({ APP_URL: 'http://127.0.0.1:8080' })),
      'ok',
      /every variable is right/,
    )
    const wrong = await found(
      'configuration',
      variables({
        APP_URL: 'https://payouts.example.com:9443',
        CARDZO_API_URL: 'https://gate.example.com/paynet',
        CARDZO_LOGIN: undefined,
        AUTH_SECRET: 'for-local-use-only-replace-me-0123456789',
      }),
    )
    expect(wrong.map(({ verdict, seen }) => `${verdict} ${seen}`).sort()).toEqual([
      'fault APP_URL',
      'fault AUTH_SECRET',
      'fault CARDZO_LOGIN',
      'fault SMTP_URL',
    ])
    expect(wrong.find(({ seen }) => seen === 'APP_URL')?.todo).toContain('443 or 8443')
  })

  it('a sample secret beside a simulator is something to look at', async () => {
    const sample = variables({ AUTH_SECRET: 'for-local-use-only-replace-me-0123456789' })
    one(await found('sample secrets', sample), 'look', /^AUTH_SECRET$/)
    one(await found('sample secrets', variables()), 'ok', /no secret/)
  })

  it.each([
    [0o600, 'ok', /0600/],
    [0o644, 'fault', /0644/],
    [0o660, 'fault', /0660/],
  ] as const)('a file of a secret with mode %o: %s', async (mode, verdict, seen) => {
    const file = join(folder, 'auth')
    writeFileSync(file, 'auth-secret-that-nobody-guesses')
    chmodSync(file, mode)
    undo.push(() => rmSync(file))
    one(
      await found('files of secrets', variables({ AUTH_SECRET: undefined, AUTH_SECRET_FILE: file })),
      verdict,
      seen,
    )
  })

  it('the key of forms is that of the build, or set for every build', async () => {
    one(await found('key of forms', variables()), 'ok', /same sources/)
    const key = { NEXT_SERVER_ACTIONS_ENCRYPTION_KEY: Buffer.alloc(32, 1).toString('base64') }
    one(await found('key of forms', variables(key)), 'ok', /is set/)
  })
})

describe('the public address', () => {
  it('without TLS, or with a port that Cardzo never calls, is a fault beside a real gateway', async () => {
    const real = {
      CARDZO_API_URL: 'https://gate.example.com/paynet',
      SMTP_URL: 'smtps://mail.example.com',
      MAIL_FROM: 'a@example.com',
    }
    const seen = async (url: string) =>
      verdicts(await found('public address', variables({ ...real, APP_URL: url })))
    expect(await seen('https://payouts.example.com')).toEqual(['ok'])
    expect(await seen('https://payouts.example.com:9443')).toEqual(['fault'])
    expect(await seen('http://payouts.example.com')).toEqual(['ok', 'fault'])
    expect(verdicts(await found('public address', variables()))).toEqual(['look', 'look'])
  })

  it('has a certificate that expired, is for another name, or is not trusted', async () => {
    const { expired, otherName, good } = certificates
    const judge = async (certificate: { key: string; cert: string }) =>
      found('certificate', variables(await portal({ proxies: 1, certificate })))
    trust(expired)
    trust(otherName)
    one(await judge(expired), 'fault', /valid to 2021-01-01/, /Renew it/)
    one(await judge(otherName), 'fault', /for DNS:other\.example/, /names 127\.0\.0\.1/)
    one(await judge(good), 'fault', /not trusted: DEPTH_ZERO_SELF_SIGNED_CERT/, /public authorities/)
    trust(good)
    one(await judge(good), 'ok', /valid to 2126-01-01/)
    const answers = await portal({ proxies: 1, certificate: good })
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2125, 11, 25) })
    one(await found('certificate', variables(answers)), 'look', /in 7 days/)
    vi.useRealTimers()
    one(await found('certificate', variables({ APP_URL: 'https://127.0.0.1:1' })), 'fault', /ECONNREFUSED/)
  })

  it('takes callbacks, or something else answers there; nothing of the question is kept', async () => {
    one(await found('callbacks', variables(await portal({}))), 'ok', /takes GET and POST/)
    one(await found('callbacks', variables({ APP_URL: 'http://127.0.0.1:1' })), 'fault', /ECONNREFUSED/)
    const instead = (status: number, headers = {}) =>
      portal({ instead: (_request, response) => response.writeHead(status, headers).end() })
    const seen = async (status: number, headers = {}) =>
      found('callbacks', variables(await instead(status, headers)))
    one(await seen(301, { Location: 'https://www.example.com/' }), 'fault', /redirects \(301\)/)
    one(await seen(404), 'fault', /404/, /Something else answers/)
    one(await seen(403), 'fault', /refused \(403\)/)
    one(await seen(502), 'fault', /502/, /Start the web server/)
    one(await seen(405), 'look', /405/)
    one(await found('readiness', variables(await instead(503))), 'fault', /503/)
    one(await found('readiness', variables(await portal({}))), 'ok', /ready/)
  })

  it.each([
    ['one proxy, counted', { proxies: 1, hops: 1 }, 'ok', /a forged one is not believed/],
    ['two proxies, counted', { proxies: 2, hops: 2 }, 'ok', /2 entries/],
    ['one proxy, not counted', { proxies: 1, hops: 0 }, 'fault', /TRUSTED_PROXY_HOPS is 0/],
    ['two proxies, one counted', { proxies: 2, hops: 1 }, 'fault', /2 entries/],
    ['one proxy, two counted', { proxies: 1, hops: 2 }, 'fault', /was believed|fewer addresses/],
    ['a proxy that hides the client', { proxies: 1, hops: 1, silent: true }, 'fault', /was believed/],
    [
      'a proxy with a Host of its own',
      { proxies: 1, hops: 1, ownHost: true },
      'fault',
      /name that the web server/,
    ],
  ] as const)('behind %s', async (_what, options, verdict, seen) => {
    one(await found('proxies', variables(await portal(options))), verdict, seen)
  })

  it('behind TLS a proxy that names nobody is a fault; without METRICS_TOKEN nobody is asked', async () => {
    trust(certificates.good)
    const hidden = await portal({ proxies: 1, hops: 0, silent: true, certificate: certificates.good })
    one(await found('proxies', variables(hidden)), 'fault', /ends TLS/)
    one(await found('proxies', variables({ ...hidden, METRICS_TOKEN: undefined })), 'not checked', /^/)
    const other = { ...hidden, METRICS_TOKEN: 'another-token-than-theirs' }
    one(await found('proxies', variables(other)), 'not checked', /404/)
  })
})

describe('clocks', () => {
  it('that differ from the database’s and Cardzo’s', async () => {
    one(await found('clock and database', variables()), 'ok', /agrees/)
    one(await found('clock and Cardzo', variables()), 'ok', /agrees/)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 })
    one(await found('clock and database', variables()), 'fault', /60\.\d s ahead|59\.\d s ahead/)
    one(await found('clock and Cardzo', variables()), 'fault', /ahead/)
    vi.setSystemTime(Date.now() - 70_000)
    one(await found('clock and database', variables()), 'fault', /behind/)
    one(await found('clock and Cardzo', variables()), 'look', /behind/)
  })
})

describe('the database', () => {
  it('is away: that is said, and the rest is checked', async () => {
    const away = variables({ DATABASE_URL: 'postgresql://portal:pass-nobody-guesses@127.0.0.1:1/portal' })
    one(await found('database', away), 'fault', /ECONNREFUSED/)
    one(await found('workers', away), 'not checked', /database/)
    one(await found('Cardzo', away), 'ok', /our signature/)
    const wrong = new URL(database.url)
    wrong.password = 'wrong-password-here'
    one(
      await found('database', variables({ DATABASE_URL: wrong.href })),
      'fault',
      /password authentication failed/,
    )
  })

  it('has the test server’s settings, which lose what was acknowledged', async () => {
    one(await found('database', variables()), 'ok', /PostgreSQL 18/)
    expect((await found('durability', variables())).map(({ seen }) => seen)).toEqual([
      'fsync is off',
      'full_page_writes is off',
      'synchronous_commit is off for our role',
    ])
    one(await found('continuous backup', variables()), 'look', /not archived/)
    one(await found('role', variables()), 'look', /superuser/)
    one(await found('way to the database', variables()), 'ok', /this machine/)
    one(await found('connections', variables({ DATABASE_POOL_SIZE: '500' })), 'look', /need \d+ of 197/)
    one(await found('connections', variables()), 'ok', /2 processes|1 processes/)
  })

  it.each([
    [
      'an old version',
      'database',
      { server_version: '14.2', server_version_num: '140002' },
      'fault',
      /14\.2/,
    ],
    [
      'an untested version',
      'database',
      { server_version: '16.1', server_version_num: '160001' },
      'look',
      /16\.1/,
    ],
    ['no log to copy', 'continuous backup', { wal_level: 'minimal' }, 'fault', /minimal/],
    ['no checksums', 'checksums', { data_checksums: 'off' }, 'look', /off/],
    [
      'commits that don’t wait',
      'standbys',
      { synchronous_standby_names: 'a', synchronous_commit: 'local' },
      'fault',
      /local/,
    ],
  ] as const)('with %s', async (_what, check, settings, verdict, seen) => {
    const examined = await found(check, variables(), {
      examined: (real) => ({ ...real, settings: { ...real.settings, ...settings } }),
    })
    one(examined, verdict, seen)
  })

  it('is a standby, full of connections, or reached in the clear', async () => {
    one(
      await found('database', variables(), { examined: (real) => ({ ...real, isStandby: true }) }),
      'fault',
      /a standby/,
    )
    const full = { used: 190, ours: 3 }
    one(
      await found('connections', variables(), { examined: (real) => ({ ...real, connections: full }) }),
      'fault',
      /190 are open/,
    )
    const elsewhere = worldOf(variables())
    const check = allChecks.filter(({ name }) => name === 'way to the database')
    const there = { ...elsewhere, databaseUrl: 'postgresql://db.example.com/portal' }
    one(await examine(there, check), 'look', /not encrypted, to db\.example\.com/)
    const encrypted = elsewhere.database.then((real) =>
      typeof real === 'string' ? real : { ...real, encrypted: true },
    )
    one(await examine({ ...there, database: encrypted }, check), 'ok', /encrypted/)
  })

  it('lacks migrations, or has some that are newer', async () => {
    one(await found('migrations', variables()), 'ok', /all/)
    await changed(
      `UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = (SELECT max(migration_name) FROM _prisma_migrations)`,
      `UPDATE _prisma_migrations SET finished_at = now() WHERE finished_at IS NULL`,
    )
    one(await found('migrations', variables()), 'fault', /1 missing/, /db:migrate/)
    await client.query('UPDATE _prisma_migrations SET finished_at = now() WHERE finished_at IS NULL')
    await changed(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) VALUES ('x', 'x', '20990101000000_later', now(), 1)`,
      `DELETE FROM _prisma_migrations WHERE id = 'x'`,
    )
    one(await found('migrations', variables()), 'look', /20990101000000_later/)
    const empty = new URL(database.url)
    empty.pathname = '/postgres'
    one(await found('migrations', variables({ DATABASE_URL: empty.href })), 'fault', /no migration was ever/)
  })

  it('has guards that are switched off, gone or changed', async () => {
    one(await found('guards', variables()), 'ok', /as in prisma\/guards/)
    const { rows } = await client.query<{ name: string; definition: string }>(
      `SELECT tgname AS name, pg_get_triggerdef(oid) AS definition FROM pg_trigger WHERE tgrelid = 'payout'::regclass AND NOT tgisinternal ORDER BY 1 LIMIT 1`,
    )
    const { name = '', definition = '' } = rows[0] ?? {}
    await client.query(`ALTER TABLE payout DISABLE TRIGGER ${name}`)
    one(await found('guards', variables()), 'fault', new RegExp(`switched off: ${name} on payout`))
    await client.query(`DROP TRIGGER ${name} ON payout`)
    one(await found('guards', variables()), 'fault', new RegExp(`missing: ${name}`))
    await client.query(definition)
    one(await found('guards', variables()), 'ok', /switched on/)
    const functions = await client.query<{ name: string; definition: string }>(
      `SELECT proname AS name, pg_get_functiondef(oid) AS definition FROM pg_proc
       WHERE pronamespace = 'public'::regnamespace AND prorettype = 'trigger'::regtype
         AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e') ORDER BY 1 LIMIT 1`,
    )
    const guard = functions.rows[0]!
    await changed(guard.definition.replace(/BEGIN/, 'BEGIN\n  RETURN NEW;'), guard.definition)
    one(await found('guards', variables()), 'fault', new RegExp(`different: ${guard.name}`))
  })

  it('loses the settings of a session behind a pooler', async () => {
    one(await found('sessions', variables()), 'ok', /right/)
    const pooler = await startPooler(database.url)
    undo.push(() => pooler.stop())
    const behind = variables({ DATABASE_URL: pooler.url, DATABASE_DIRECT_URL: database.url })
    one(await found('sessions', behind), 'fault', /connection begins with/, /db:migrate/)
  })
})

describe('replication', () => {
  it('waits for a standby that is gone, has one that lags, and an archive that fails; what is right is found right', async () => {
    const dataDir = join(folder, 'server')
    mkdirSync(dataDir, { mode: 0o711 })
    chmodSync(folder, 0o711)
    await (await joinEmbeddedPostgres({ dataDir })).leave()
    const place = await findPlace(dataDir)
    appendFileSync(join(place.data, 'postgresql.conf'), `\narchive_mode = on\narchive_command = 'false'\n`)
    const server = await joinEmbeddedPostgres({ dataDir })
    undo.push(() => server.leave())
    await migrate(server.url)
    const own = new pg.Client({ connectionString: server.url })
    await own.connect()
    undo.push(() => own.end())
    const here = variables({ DATABASE_URL: server.url })

    one(await found('durability', here), 'ok', /fsync/)
    one(await found('checksums', here), 'ok', /on/)
    one(await found('standbys', here), 'ok', /none/)
    await own.query('SELECT pg_switch_wal()')
    await vi.waitFor(async () => one(await found('continuous backup', here), 'fault', /archiving fails/), {
      timeout: 20_000,
      interval: 200,
    })
    await own.query(`ALTER SYSTEM SET synchronous_standby_names TO 'nobody'`)
    await own.query('SELECT pg_reload_conf()')
    await vi.waitFor(
      async () => one(await found('standbys', here), 'fault', /no standby is connected/),
      40_000,
    )

    // Somebody who follows the log, as a standby does.
    const follower = new pg.Client({
      connectionString: `${server.url}?replication=true&application_name=nobody`,
    })
    follower.on('error', () => undefined)
    await follower.connect()
    undo.push(() => own.query('SELECT pg_terminate_backend(pid) FROM pg_stat_replication'))
    follower.query('START_REPLICATION PHYSICAL 0/1000000').catch(() => undefined)
    const flushed = () => confirm(follower, 0x1000000n)
    await vi.waitFor(async () => {
      flushed()
      one(await found('standbys', here), 'ok', /nobody \(sync\)|nobody \(quorum\)/)
    }, 40_000)
    await own.query('ALTER SYSTEM RESET synchronous_standby_names')
    await own.query('SELECT pg_reload_conf()')
    await vi.waitFor(
      async () => one(await found('standbys', here), 'fault', /nobody \(async\)/, /SENT_MARKS_DIR/),
      40_000,
    )
    const marked = variables({ DATABASE_URL: server.url, SENT_MARKS_DIR: join(folder, 'marks') })
    one(await found('standbys', marked), 'look', /nobody \(async\)/)
    const hidden = { role: { name: 'portal', isSuper: false, ownsTables: true, monitors: false } }
    one(
      await found('standbys', here, {
        examined: (real) => ({
          ...real,
          ...hidden,
          standbys: real.standbys.map((each) => ({ ...each, sync: null, state: null })),
        }),
      }),
      'not checked',
      /1 standbys/,
      /pg_monitor/,
    )
  }, 240_000)

  /** What a standby sends when it has the log up to here on its disk. */
  function confirm(follower: pg.Client, lsn: bigint): void {
    const message = Buffer.alloc(34)
    message.write('r')
    for (const place of [1, 9, 17]) message.writeBigInt64BE(lsn, place)
    const { connection } = follower as unknown as {
      connection: { sendCopyFromChunk: (chunk: Buffer) => void }
    }
    connection.sendCopyFromChunk(message)
  }

  async function patroni(version: string, config: object, more = {}) {
    const answers: Record<string, object> = {
      '/patroni': {
        state: 'running',
        role: 'primary',
        patroni: { version, scope: 'portal', name: 'db1' },
        ...more,
      },
      '/cluster': { members: [{ name: 'db1' }] },
      '/config': config,
    }
    const server = createServer((request, response) => {
      const told = answers[request.url ?? '']
      response.writeHead(told ? 200 : 404).end(JSON.stringify(told ?? {}))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    undo.push(() => new Promise((resolve) => server.close(resolve)))
    return variables({ PATRONI_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
  }
  const safe = { synchronous_mode: true, synchronous_mode_strict: true }

  it.each([
    ['3.0.2', safe, {}, ['fault', 'ok']],
    ['2.1.4', safe, {}, ['fault', 'ok']],
    ['4.0.7', safe, {}, ['ok', 'ok']],
    ['4.0.7', safe, { pause: true }, ['look', 'ok']],
    ['4.0.7', { synchronous_mode: true }, {}, ['ok', 'look']],
    ['4.0.7', { ttl: 30 }, {}, ['ok', 'fault']],
  ] as const)('under Patroni %s with %j %j: %j', async (version, config, more, expected) => {
    const findings = await found('Patroni', await patroni(version, config, more))
    expect(verdicts(findings)).toEqual(expected)
    if (expected[0] === 'fault') expect(findings[0]?.todo).toContain('3.0.3')
  })

  it('knows which versions of Patroni lose what was acknowledged', () => {
    expect(['3.0.2', '3.0', '2.9.9', '1.6.5'].map(isSafePatroni)).toEqual([false, false, false, false])
    expect(['3.0.3', '3.1.0', '4.0.0', '10.0.0'].map(isSafePatroni)).toEqual([true, true, true, true])
  })

  it('a node that does not answer, or no address at all', async () => {
    one(await found('Patroni', variables({ PATRONI_URL: 'http://127.0.0.1:1' })), 'look', /ECONNREFUSED/)
    one(await found('Patroni', variables({ PATRONI_URL: 'db1' })), 'fault', /PATRONI_URL/)
    one(await found('Patroni', variables()), 'not checked', /not set/)
  })
})

describe('Cardzo', () => {
  it('takes control value and signature, refuses one of them, or keeps silent', async () => {
    one(await found('Cardzo', variables()), 'ok', /a simulator: takes our control value and our signature/)
    one(
      await found('Cardzo', variables({ CARDZO_MERCHANT_CONTROL: 'wrong-control-value' })),
      'fault',
      /refused/,
      /CARDZO_MERCHANT_CONTROL/,
    )
    one(
      await found('Cardzo', variables({ CARDZO_LOGIN: 'somebody-else' })),
      'fault',
      /not to the question/,
      /CARDZO_LOGIN/,
    )
    const { generateKeyPairSync } = await import('node:crypto')
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    })
    one(
      await found('Cardzo', variables({ CARDZO_PRIVATE_KEY: String(other) })),
      'fault',
      /refuses our signature/,
      /public half/,
    )
    one(
      await found('Cardzo', variables({ CARDZO_API_URL: 'http://127.0.0.1:1/paynet' })),
      'fault',
      /no answer/,
    )
    await merchant.control('settings', { away: true })
    undo.push(() => merchant.control('settings', { away: false }))
    one(await found('Cardzo', variables()), 'fault', /no answer/)
  })

  it('has locked us out, or is silent, as workers saw it', async () => {
    one(await found('Cardzo, as workers see it', variables()), 'not checked', /no endpoint/)
    await client.query(
      `INSERT INTO endpoint (id, name, source, kind, cardzo_id, base_url, login, currencies, redirect_hosts, max_requests_per_s)
       VALUES (1, '39915', 'environment', 'endpoint', '39915', $1, 'test-login', '{EUR}', '{}', 100)`,
      [merchant.simulator.url],
    )
    one(await found('Cardzo, as workers see it', variables()), 'look', /never answered/)
    await client.query('INSERT INTO gateway_gate (id) VALUES (1) ON CONFLICT DO NOTHING')
    await client.query(
      `INSERT INTO gateway_state (id, refused_at, last_ok_at) VALUES (1, now(), now()) ON CONFLICT (id) DO UPDATE SET refused_at = now(), last_ok_at = now()`,
    )
    one(await found('Cardzo, as workers see it', variables()), 'fault', /locked out since/)
    await client.query('UPDATE gateway_state SET refused_at = NULL')
    await changed(
      'UPDATE gateway_gate SET silent_since = now()',
      'UPDATE gateway_gate SET silent_since = NULL',
    )
    one(await found('Cardzo, as workers see it', variables()), 'fault', /silent since/)
    await client.query('UPDATE gateway_gate SET silent_since = NULL')
    one(await found('Cardzo, as workers see it', variables()), 'ok', /last answered well/)
  })
})

describe('mail', () => {
  const mailVia = (url: string) => ({ SMTP_URL: url, MAIL_FROM: 'Payouts <payouts@example.com>' })

  it('is connected to without a mail; one is sent only to an address that was named', async () => {
    const received: string[] = []
    const server = await startMailServer(({ to }) => {
      received.push(to)
      return to.startsWith('nobody') ? 'refused' : 'taken'
    })
    undo.push(server.close)
    const here = variables(mailVia(server.url))
    one(await found('mail', here), 'ok', /no mail was sent/)
    expect(received).toEqual([])
    one(await found('mail', here, { mailTo: 'ada@example.com' }), 'ok', /took a mail to …@example\.com/)
    one(await found('mail', here, { mailTo: 'nobody@example.com' }), 'fault', /try again later/)
    expect(received).toEqual(['ada@example.com', 'nobody@example.com'])
  })

  async function smtp(options: ConstructorParameters<typeof SMTPServer>[0], host = '127.0.0.1') {
    const server = new SMTPServer({ logger: false, disableReverseLookup: true, ...options })
    server.on('error', () => undefined)
    await new Promise<void>((resolve) => server.listen(0, host, resolve))
    undo.push(() => new Promise<void>((resolve) => server.close(() => resolve())))
    return (server.server.address() as AddressInfo).port
  }

  it('refuses our password, offers no TLS, or is not there', async () => {
    const port = await smtp({
      allowInsecureAuth: true,
      disabledCommands: ['STARTTLS'],
      onAuth: (_auth, _session, done) => done(new Error('Invalid login')),
    })
    one(
      await found('mail', variables(mailVia(`smtp://me:mail-password-nobody-guesses@127.0.0.1:${port}`))),
      'fault',
      /535/,
      /user and password/,
    )
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((each) => each?.family === 'IPv4' && !each.internal)
    if (outside) {
      const open = await smtp({ disabledCommands: ['STARTTLS', 'AUTH'] }, outside.address)
      one(
        await found('mail', variables(mailVia(`smtp://${outside.address}:${open}`))),
        'fault',
        /STARTTLS|TLS/i,
        /smtps/,
      )
    }
    one(await found('mail', variables(mailVia('smtp://127.0.0.1:1'))), 'fault', /ECONNREFUSED/, /firewall/)
    one(await found('mail', variables()), 'look', /demo\/mail/)
  })
})

describe('workers', () => {
  it('none, one that lives, one that can’t write its marker or has another clock', async () => {
    one(await found('workers', variables()), 'fault', /none has ever run/)
    await changed(
      `INSERT INTO worker_heartbeat (id, beat_at) VALUES ('w', now() - interval '1 hour')`,
      'DELETE FROM worker_heartbeat',
    )
    one(await found('workers', variables()), 'fault', /none since/)
    await client.query('UPDATE worker_heartbeat SET beat_at = now()')
    one(await found('workers', variables()), 'ok', /1 gave a sign/)
    await client.query(
      `UPDATE worker_heartbeat SET clock_ahead_ms = 90000, marker_trouble = '/data/marker.json: ENOSPC.'`,
    )
    expect(verdicts(await found('workers', variables()))).toEqual(['ok', 'fault'])
    const marker = await found('marker', variables())
    expect(marker[0]).toMatchObject({ verdict: 'fault', seen: 'a worker says: /data/marker.json: ENOSPC.' })
  })

  it('have a folder for the marker that can’t be written, and marks that are gone', async () => {
    const file = join(folder, 'a-file')
    writeFileSync(file, '')
    one(await found('marker', variables()), 'ok', /can be written, 0/)
    one(
      await found('marker', variables({ MARKER_FILE: join(file, 'marker.json') })),
      'fault',
      /ENOTDIR|EACCES|not a directory/,
    )
    const used = { examined: markedUsed }
    one(await found('marker', variables(), used), 'look', /no worker’s marker/)
    one(
      await found('marker', variables({ MARKER_FILE: join(folder, 'gone', 'marker.json') }), used),
      'fault',
      /ENOENT/,
    )
    const marks = join(folder, 'marks')
    const shared = variables({ SENT_MARKS_DIR: marks })
    one(await found('shared marks', shared), 'ok', /begun by the first/)
    one(await found('shared marks', shared, used), 'fault', /ENOENT/)
    mkdirSync(marks)
    one(await found('shared marks', shared, used), 'fault', /empty/)
    writeFileSync(join(marks, 'begun'), '')
    one(await found('shared marks', shared, used), 'ok', /begun, and can be written/)
    one(await found('shared marks', variables()), 'ok', /not set/)
    expect(verdicts(await found('disk', variables()))).not.toContain('not checked')
  })

  const markedUsed = (real: Examined): Examined => ({
    ...real,
    portal: real.portal && { ...real.portal, isUsed: true },
  })

  it('have something that waits for people', async () => {
    one(await found('open items', variables()), 'ok', /none/)
    one(await found('asking first and stops', variables()), 'ok', /neither/)
    await changed(
      `INSERT INTO open_item (id, kind, severity, what, why, open_key) VALUES (gen_random_uuid(), 'stuck', 'warning', 'x', 'y', 'doctor')`,
      `UPDATE open_item SET closed_at = now(), close_reason = 'x', open_key = NULL WHERE closed_at IS NULL`,
    )
    one(await found('open items', variables()), 'look', /1: 1 stuck/)
    await client.query(
      `INSERT INTO ask_first (id, why, started_by, open_key) VALUES (gen_random_uuid(), 'x', 'y', 'ask-first')`,
    )
    undo.push(() => client.query(`UPDATE ask_first SET ended_at = now(), ended_by = 'z', open_key = NULL`))
    one(await found('asking first and stops', variables()), 'look', /asked first since/)
  })
})

describe('as a whole', () => {
  const secretsOf = (given: Variables) => [
    ...['AUTH_SECRET', 'METRICS_TOKEN', 'CARDZO_MERCHANT_CONTROL'].map((name) => given[name] ?? ''),
    given['DATA_KEYS']?.split(':')[1] ?? '',
    given['CARDZO_PRIVATE_KEY']?.split('\n')[3] ?? '',
    'mail-password-nobody-guesses',
    'pass-nobody-guesses',
  ]
  const doctor = (given: Variables, args: string[]) =>
    new Promise<{ code: number; said: string }>((resolve) => {
      const env = { PATH: '/usr/bin:/bin', ...given } as unknown as NodeJS.ProcessEnv
      execFile(process.execPath, ['lib/cli/doctor.ts', ...args], { env }, (error, output, trouble) =>
        resolve({ code: error ? Number(error.code) : 0, said: output + trouble }),
      )
    })

  it('writes nothing: not to a database that refuses to be written, not to the disk', async () => {
    const name = new URL(database.url).pathname.slice(1)
    await changed(
      `ALTER DATABASE ${name} SET default_transaction_read_only TO on`,
      `SET default_transaction_read_only TO off; ALTER DATABASE ${name} RESET default_transaction_read_only`,
    )
    const before = readdirSync(folder, { recursive: true }).sort()
    const findings = await examine(worldOf(variables({ ...(await portal({ proxies: 1, hops: 1 })) })))
    expect(
      findings.filter(({ seen, todo }) => /read-only|could not be looked at/i.test(seen + todo)),
    ).toEqual([])
    expect(findings.filter(({ verdict }) => verdict === 'ok').length).toBeGreaterThan(15)
    expect(readdirSync(folder, { recursive: true }).sort()).toEqual(before)
    expect(existsSync(join(folder, 'marker.json'))).toBe(false)
    const { rows } = await client.query<object>('SELECT FROM refused_callback')
    expect(rows).toEqual([])
  })

  it('prints no secret, whatever is broken, and ends with 2 at a fault', async () => {
    const broken = variables({
      DATABASE_URL: 'postgresql://portal:pass-nobody-guesses@127.0.0.1:1/portal',
      SMTP_URL: 'smtp://me:mail-password-nobody-guesses@127.0.0.1:1',
      MAIL_FROM: 'payouts@example.com',
      CARDZO_LOGIN: 'somebody-else',
    })
    const worse = { ...broken, AUTH_SECRET: 'short', DATA_KEYS: 'x:pass-nobody-guesses' }
    const ended = await Promise.all([
      doctor(broken, ['--json']),
      doctor(broken, []),
      doctor(worse, ['--json']),
    ])
    for (const { code, said } of ended) {
      expect(code).toBe(2)
      expect(said).toContain('ECONNREFUSED')
      for (const secret of secretsOf(broken)) expect(said).not.toContain(secret)
    }
    expect(await doctor(broken, ['--role', 'nobody'])).toMatchObject({ code: 2 })
  }, 240_000)

  it('says by its code whether there is anything to do', () => {
    const finding = (verdict: Finding['verdict']) => ({ check: 'x', verdict, seen: 'seen', todo: 'do' })
    expect(exitCodeOf([finding('ok'), finding('not checked')])).toBe(0)
    expect(exitCodeOf([finding('ok'), finding('look')])).toBe(1)
    expect(exitCodeOf([finding('look'), finding('fault')])).toBe(2)
    expect(tableOf([finding('fault'), finding('ok')])).toContain(
      '1 ok, 0 to look at, 1 faults, 0 not checked',
    )
  })
})
