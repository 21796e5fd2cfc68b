/** Long because every variable of the environment has its good and bad values here, in one table. */
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { rangeOf } from './addresses.ts'
import { foreignSecrets, readDatabaseUrl, readEnv, secretNames } from './env.ts'
import type { Role } from './env.ts'
import { sampleSecrets } from './sample-secrets.ts'

const pem = (bits: number, type: 'pkcs1' | 'pkcs8' = 'pkcs8') =>
  generateKeyPairSync('rsa', { modulusLength: bits }).privateKey.export({ type, format: 'pem' }).toString()
const key = pem(2048)
const shortKey = pem(1024)
const ecKey = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString()

/** A production environment with nothing to complain about. */
const good = {
  APP_URL: 'https://payouts.example.com/',
  DATABASE_URL: 'postgresql://portal:pw@db.example/portal',
  AUTH_SECRET: 'a-secret-that-must-never-be-printed-anywhere',
  CARDZO_API_URL: 'https://sandbox.example/paynet/',
  CARDZO_ENDPOINT_ID: '39915',
  CARDZO_LOGIN: 'merchant',
  CARDZO_PRIVATE_KEY: key,
  CARDZO_MERCHANT_CONTROL: 'control-that-must-never-be-printed',
  CARDZO_CURRENCIES: 'EUR, USD,EUR',
  CARDZO_REQUIRED_FIELDS: 'account_number,bank_name',
  SMTP_URL: 'smtps://user:pw@mail.example.com',
  MAIL_FROM: 'Payouts <payouts@example.com>',
  DATA_KEYS: `2026a:${Buffer.alloc(32, 7).toString('base64')}`,
}
const local = { ...good, CARDZO_API_URL: 'http://127.0.0.1:4000/paynet', APP_URL: 'http://localhost:3000' }

type Change = Record<string, string | undefined>
const complaint = (change: Change, base: Change = good): string => {
  try {
    readEnv({ ...base, ...change })
  } catch (error) {
    return (error as Error).message
  }
  return 'no complaint'
}

describe('a good environment', () => {
  it('is read with its defaults', () => {
    expect(readEnv(good)).toEqual({
      port: 3000,
      host: '127.0.0.1',
      appUrl: 'https://payouts.example.com',
      databaseUrl: good.DATABASE_URL,
      databasePoolSize: 10,
      replicaMaxLagMs: 30_000,
      authSecret: good.AUTH_SECRET,
      otherAuthSecrets: [],
      dataKeys: [{ id: '2026a', key: Buffer.alloc(32, 7) }],
      cardzo: {
        apiUrl: 'https://sandbox.example/paynet',
        loopback: false,
        endpoint: { id: '39915' },
        login: 'merchant',
        privateKeyPem: key,
        merchantControl: good.CARDZO_MERCHANT_CONTROL,
        currencies: ['EUR', 'USD'],
        requiredFields: ['account_number', 'bank_name'],
        redirectHosts: [],
        pollIntervalMs: 4000,
        maxRequestsPerS: 100,
        timeoutMs: 30_000,
        balance: null,
        lowMarks: {},
      },
      smtp: { url: good.SMTP_URL, from: good.MAIL_FROM },
      merchantName: 'Payouts',
      demoMailbox: false,
      metricsToken: undefined,
      metricsListener: null,
      traces: null,
      actionsKey: undefined,
      validationOldAfterMs: 3_600_000,
      markerFile: '.data/marker.json',
      workerInFlight: 64,
      leaseMarginMs: 30_000,
      crashPoints: undefined,
      trustedProxies: ['127.0.0.0/8', '::1'].map(rangeOf),
      trustedProxyHops: 0,
      logLevel: 'info',
      development: false,
      warnings: [],
    })
  })

  it('takes data keys, the one in use first', () => {
    const [a, b] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
    const DATA_KEYS = `2026b:${b.toString('base64')}, 2026a:${a.toString('base64')}`
    expect(readEnv({ ...good, DATA_KEYS })).toMatchObject({
      dataKeys: [
        { id: '2026b', key: b },
        { id: '2026a', key: a },
      ],
      warnings: [],
    })
  })

  it.each([
    ['no name', 'KEY'],
    ['a name that is taken', 'auth:KEY'],
    ['a name that would break a seal', 'a.b:KEY'],
    ['a short key', `a:${Buffer.alloc(16).toString('base64')}`],
    ['a key with a typing mistake', 'a:*KEY'],
    ['hexadecimal', `a:${Buffer.alloc(32).toString('hex')}`],
    ['the same name twice', 'a:KEY,a:YEK'],
  ])('does not take data keys with %s, and does not repeat them', (_what, text) => {
    const key = Buffer.alloc(32, 9).toString('base64')
    const DATA_KEYS = text.replace('KEY', key).replace('YEK', Buffer.alloc(32, 8).toString('base64'))
    const read = () => readEnv({ ...good, DATA_KEYS })
    expect(read).toThrow(/DATA_KEYS/)
    expect(read).not.toThrow(key)
  })

  it('keeps the marker where it is told to, and beside the rest when it is not', () => {
    expect(readEnv({ ...good, MARKER_FILE: ' /var/lib/portal/marker.json ' }).markerFile).toBe(
      '/var/lib/portal/marker.json',
    )
    expect(readEnv({ ...good, MARKER_FILE: ' ' }).markerFile).toBe('.data/marker.json')
    expect(readEnv(good).sentMarksDir).toBeUndefined()
    expect(readEnv({ ...good, SENT_MARKS_DIR: '/mnt/marks/portal' }).sentMarksDir).toBe('/mnt/marks/portal')
    expect(() => readEnv({ ...good, SENT_MARKS_DIR: 'marks' })).toThrow(
      'SENT_MARKS_DIR: must be a whole path',
    )
    expect(readEnv({ ...good, DATABASE_POOL_SIZE: '2' }).databasePoolSize).toBe(2)
    // One connection may be in a transaction while another is asked.
    expect(() => readEnv({ ...good, DATABASE_POOL_SIZE: '1' })).toThrow('DATABASE_POOL_SIZE')
    const standby = 'postgresql://portal:pw@standby.example/portal'
    expect(
      readEnv({ ...good, DATABASE_REPLICA_URL: standby, DATABASE_REPLICA_MAX_LAG_S: '5' }),
    ).toMatchObject({ databaseReplicaUrl: standby, replicaMaxLagMs: 5_000 })
    expect(() => readEnv({ ...good, DATABASE_REPLICA_URL: 'standby' })).toThrow('DATABASE_REPLICA_URL')
    expect(() => readEnv({ ...good, DATABASE_REPLICA_MAX_LAG_S: '0' })).toThrow('DATABASE_REPLICA_MAX_LAG_S')
    expect(readEnv({ ...good, CARDZO_MAX_REQUESTS_PER_S: '5' }).cardzo.maxRequestsPerS).toBe(5)
    expect(() => readEnv({ ...good, CARDZO_MAX_REQUESTS_PER_S: '0' })).toThrow('CARDZO_MAX_REQUESTS_PER_S')
    const asking = readEnv({ ...good, CARDZO_BALANCE: ' * ', CARDZO_BALANCE_LOW: 'EUR:1000,USD:5' }).cardzo
    expect(asking).toMatchObject({ balance: '*', lowMarks: { EUR: '100000', USD: '500' } })
    expect(complaint({ CARDZO_BALANCE: 'x'.repeat(129) })).toContain('CARDZO_BALANCE: is longer')
    expect(complaint({ CARDZO_BALANCE_LOW: '1000' })).toContain('CARDZO_BALANCE_LOW: must be a list')
  })

  it('may name a group instead of an endpoint, a PKCS#1 key, a key on one line, and a list of bank hosts', () => {
    expect(
      readEnv({ ...good, CARDZO_ENDPOINT_ID: undefined, CARDZO_ENDPOINT_GROUP_ID: '7' }).cardzo.endpoint,
    ).toEqual({ groupId: '7' })
    const pkcs1 = pem(2048, 'pkcs1')
    expect(readEnv({ ...good, CARDZO_PRIVATE_KEY: pkcs1.replaceAll('\n', '\\n') }).cardzo.privateKeyPem).toBe(
      pkcs1,
    )
    expect(
      readEnv({ ...good, CARDZO_REDIRECT_HOSTS: 'Bank.example,[::1]:8443' }).cardzo.redirectHosts,
    ).toEqual(['bank.example', '[::1]:8443'])
    expect(readEnv({ ...good, CARDZO_REQUIRED_FIELDS: '' }).cardzo.requiredFields).toEqual([])
  })

  it.each(['https://p.example', 'https://p.example:8443', 'http://p.example', 'http://p.example:8080'])(
    'may be reached at %s',
    (address) => expect(readEnv({ ...good, APP_URL: address }).appUrl).toBe(address),
  )

  it('relaxes four rules for a gateway on loopback, with a warning for the port', () => {
    const env = readEnv({
      ...local,
      CARDZO_POLL_INTERVAL_MS: '50',
      CARDZO_TIMEOUT_MS: '200',
      SMTP_URL: undefined,
      MAIL_FROM: undefined,
    })
    expect(env.cardzo).toMatchObject({ loopback: true, pollIntervalMs: 50, timeoutMs: 200 })
    expect(env.smtp).toBeNull()
    expect(env.warnings).toHaveLength(1)
    for (const host of ['localhost', '[::1]']) {
      const address = `http://${host}:4000/x`
      expect(readEnv({ ...local, CARDZO_API_URL: address }).cardzo).toMatchObject({
        loopback: true,
        apiUrl: address,
      })
    }
  })
})

describe('the fault lab', () => {
  const lab = { LEASE_MARGIN_MS: '1500', CRASH_POINTS: 'seed=7,rate=0.002' }

  it('may shorten leases and kill workers beside a simulator', () => {
    const env = readEnv({ ...local, ...lab })
    expect(env.leaseMarginMs).toBe(1500)
    expect(env.crashPoints).toEqual({ seed: 7, rate: 0.002, at: [] })
  })

  it('may do neither beside a real gateway', () => {
    expect(() => readEnv({ ...good, ...lab })).toThrow(
      /LEASE_MARGIN_MS: is for the fault lab[^]*CRASH_POINTS: is for/,
    )
  })

  it('is told of a plan that nobody can read', () => {
    expect(() => readEnv({ ...local, CRASH_POINTS: 'often' })).toThrow(/CRASH_POINTS: must look like/)
  })
})

describe('a bad environment stops the process', () => {
  const table: [name: string, value: string | undefined, base?: Change][] = [
    ['PORT', '0'],
    ['PORT', '70000'],
    ['PORT', 'web'],
    ['HOST', 'all of them'],
    ['HOST', 'http://127.0.0.1'],
    ['APP_URL', undefined],
    ['APP_URL', 'payouts.example.com'],
    ['APP_URL', 'ftp://payouts.example.com'],
    ['APP_URL', 'https://payouts.example.com/portal'],
    ['APP_URL', 'https://user:pw@payouts.example.com'],
    ['APP_URL', 'https://payouts.example.com:3000'],
    ['APP_URL', 'http://payouts.example.com:443'],
    ['APP_URL', 'https://payouts.example.com:8080'],
    ['APP_URL', 'http://localhost:3000'],
    ['APP_URL', `https://${'a'.repeat(60)}.${'b'.repeat(20)}.example`],
    ['DATA_KEYS', undefined],
    ['DATABASE_URL', 'mysql://db/portal'],
    ['DATABASE_URL', 'portal'],
    ['AUTH_SECRET', undefined],
    ['AUTH_SECRET', '   '],
    ['AUTH_SECRET', 'x'.repeat(15)],
    ['CARDZO_API_URL', undefined],
    ['CARDZO_API_URL', 'sandbox.example'],
    ['CARDZO_API_URL', 'http://sandbox.example/paynet'],
    ['CARDZO_API_URL', 'http://127.0.0.2/paynet'],
    ['CARDZO_API_URL', 'https://user:pw@sandbox.example/paynet'],
    ['CARDZO_API_URL', 'https://sandbox.example/paynet?x=1'],
    ['CARDZO_ENDPOINT_ID', undefined],
    ['CARDZO_ENDPOINT_ID', 'abc'],
    ['CARDZO_ENDPOINT_GROUP_ID', '7'],
    ['CARDZO_LOGIN', undefined],
    ['CARDZO_PRIVATE_KEY', undefined],
    ['CARDZO_PRIVATE_KEY', 'not a key'],
    ['CARDZO_PRIVATE_KEY', shortKey],
    ['CARDZO_PRIVATE_KEY', ecKey],
    ['CARDZO_PRIVATE_KEY_FILE', '/nowhere/key.pem', { ...good, CARDZO_PRIVATE_KEY: undefined }],
    ['CARDZO_PRIVATE_KEY_FILE', '/nowhere/key.pem'],
    ['CARDZO_MERCHANT_CONTROL', undefined],
    ['CARDZO_CURRENCIES', undefined],
    ['CARDZO_CURRENCIES', ','],
    ['CARDZO_CURRENCIES', 'EUR,euro'],
    ['CARDZO_REQUIRED_FIELDS', undefined],
    ['CARDZO_REQUIRED_FIELDS', 'account_number,cvv2'],
    ['CARDZO_REQUIRED_FIELDS', 'amount'],
    ['CARDZO_REDIRECT_HOSTS', 'https://bank.example'],
    ['CARDZO_REDIRECT_HOSTS', 'bank.example:99999'],
    ['CARDZO_POLL_INTERVAL_MS', '2999'],
    ['CARDZO_POLL_INTERVAL_MS', '5001'],
    ['CARDZO_POLL_INTERVAL_MS', '0', local],
    ['CARDZO_TIMEOUT_MS', '0', local],
    ['CARDZO_TIMEOUT_MS', '-5', local],
    ['CARDZO_TIMEOUT_MS', '500'],
    ['SMTP_URL', undefined],
    ['SMTP_URL', 'mail.example.com'],
    ['SMTP_URL', 'smtps://'],
    ['SMTP_URL', 'smtp://mail.example.com?ignoreTLS=true'],
    ['SMTP_URL', 'smtps://mail.example.com?tls.rejectUnauthorized=false'],
    ['SMTP_URL', 'smtp://mail.example.com?requireTLS=0'],
    ['NODE_TLS_REJECT_UNAUTHORIZED', '0'],
    ['MAIL_FROM', undefined],
    ['MAIL_FROM', 'Payouts'],
    ['METRICS_TOKEN', 'short'],
    ['METRICS_PORT', '0'],
    ['METRICS_HOST', 'metrics.example'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://name:word@collector:4318'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'Authorization'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a=%zz'],
    ['OTEL_TRACES_SAMPLER_ARG', '2'],
    ['TRACE_URL', 'https://traces.example.com/'],
    ['TRACE_URL', 'javascript:{traceId}'],
    ['NEXT_SERVER_ACTIONS_ENCRYPTION_KEY', 'short'],
    ['NEXT_SERVER_ACTIONS_ENCRYPTION_KEY', '*'.repeat(44)],
    ['MARKER_FILE', '/var/lib/portal/'],
    ['TRUSTED_PROXIES', 'proxy.example'],
    ['TRUSTED_PROXIES', '10.0.0.0/33'],
    ['TRUSTED_PROXY_HOPS', '-1'],
    ['TRUSTED_PROXY_HOPS', 'all'],
    ['LOG_LEVEL', 'loud'],
  ]
  it.each(table)('%s = %j', (name, value, base) => {
    const message = complaint({ [name]: value }, base)
    expect(message).toContain(name)
    // The heading and this one problem.
    expect(message.split('\n')).toHaveLength(2)
  })

  it('lists all problems at once when everything is missing', () => {
    const message = complaint({}, {})
    for (const name of [
      'APP_URL',
      'AUTH_SECRET',
      'CARDZO_API_URL',
      'CARDZO_ENDPOINT_ID or CARDZO_ENDPOINT_GROUP_ID',
      'CARDZO_LOGIN',
      'CARDZO_PRIVATE_KEY or CARDZO_PRIVATE_KEY_FILE',
      'CARDZO_MERCHANT_CONTROL',
      'CARDZO_CURRENCIES',
      'CARDZO_REQUIRED_FIELDS',
      'SMTP_URL',
    ])
      expect(message).toContain(`  ${name}: is missing.`)
  })

  it('never prints a secret', () => {
    const message = complaint({
      AUTH_SECRET: 'shortsecret',
      CARDZO_PRIVATE_KEY: 'PRIVATEPRIVATE',
      DATABASE_URL: 'mysql://u:dbsecret@h/d',
      SMTP_URL: 'http://u:mailsecret@h',
      METRICS_TOKEN: 'metricsecret',
      PORT: 'x',
    })
    expect(message.split('\n').length).toBeGreaterThan(6)
    for (const secret of [
      'shortsecret',
      'PRIVATEPRIVATE',
      'dbsecret',
      'mailsecret',
      'metricsecret',
      good.CARDZO_MERCHANT_CONTROL,
    ])
      expect(message).not.toContain(secret)
  })
})

const folder = mkdtempSync(join(tmpdir(), 'env-'))
afterAll(() => rmSync(folder, { recursive: true }))
function file(text: string): string {
  const name = join(folder, `${Math.random()}`)
  writeFileSync(name, text)
  return name
}

describe('each process reads only what it needs', () => {
  const roles: Role[] = ['web', 'worker', 'command']
  const { CARDZO_PRIVATE_KEY: _key, SMTP_URL: _smtp, MAIL_FROM: _from, ...withoutWorkersSecrets } = good

  it.each(['web', 'command'] as const)(
    'a %s process needs no private key, and opens no file of one',
    (role) => {
      expect(readEnv(withoutWorkersSecrets, role).cardzo.privateKeyPem).toBeUndefined()
      for (const change of [
        { CARDZO_PRIVATE_KEY_FILE: '/nowhere/key.pem', SMTP_URL_FILE: '/nowhere/smtp' },
        { CARDZO_PRIVATE_KEY: 'not a key' },
        { CARDZO_PRIVATE_KEY: key, CARDZO_PRIVATE_KEY_FILE: '/nowhere/key.pem' },
      ])
        expect(readEnv({ ...withoutWorkersSecrets, ...change }, role)).toMatchObject({
          cardzo: { privateKeyPem: undefined },
          smtp: null,
        })
    },
  )

  it('only the worker holds the private key and the password of the mail server', () => {
    for (const role of roles) {
      const env = readEnv({ ...good, METRICS_TOKEN: 'a-token-of-the-web-server' }, role)
      expect(env.cardzo.privateKeyPem).toBe(role === 'worker' ? key : undefined)
      expect(env.smtp === null).toBe(role !== 'worker')
      expect(env.cardzo.merchantControl).toBe(role === 'command' ? undefined : good.CARDZO_MERCHANT_CONTROL)
      expect(env.metricsToken).toBe(role === 'command' ? undefined : 'a-token-of-the-web-server')
    }
  })

  it('servers and workers send traces where they are told to, workers alone show metrics at a port of their own', () => {
    const set = {
      METRICS_PORT: '9464',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20x, x-team=pay',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
    }
    const traces = {
      endpoint: 'http://collector:4318',
      headers: { authorization: 'Bearer x', 'x-team': 'pay' },
      ratio: 0.25,
    }
    for (const role of roles) {
      const env = readEnv({ ...good, ...set }, role)
      expect(env.traces).toEqual(role === 'command' ? null : traces)
      expect(env.metricsListener).toEqual(role === 'worker' ? { port: 9464, host: '127.0.0.1' } : null)
    }
  })

  it('names what is withheld from each, variable and file', () => {
    expect(foreignSecrets('web')).toEqual([
      'CARDZO_PRIVATE_KEY',
      'CARDZO_PRIVATE_KEY_FILE',
      'SMTP_URL',
      'SMTP_URL_FILE',
    ])
    expect(foreignSecrets('worker')).not.toContain('CARDZO_PRIVATE_KEY')
    expect(foreignSecrets('command')).toEqual(
      expect.arrayContaining(['CARDZO_PRIVATE_KEY', 'CARDZO_MERCHANT_CONTROL', 'SMTP_URL']),
    )
  })
})

describe('secrets that are being replaced', () => {
  it('others count beside AUTH_SECRET, and must be as long', () => {
    const others = ['an-earlier-secret-of-ours', 'one-that-is-older-still']
    expect(readEnv({ ...good, AUTH_SECRET_OTHERS: others.join(',') }).otherAuthSecrets).toEqual(others)
    const short = () => readEnv({ ...good, AUTH_SECRET_OTHERS: 'short-one' })
    expect(short).toThrow('AUTH_SECRET_OTHERS: entry 1 is too short')
    expect(short).not.toThrow('short-one')
  })

  it('the next control value is for web servers and workers', () => {
    const next = { ...good, CARDZO_MERCHANT_CONTROL_NEXT: 'the next one' }
    expect(readEnv(next, 'web').cardzo.nextMerchantControl).toBe('the next one')
    expect(readEnv(next, 'command').cardzo.nextMerchantControl).toBeUndefined()
  })
})

describe('a secret may come as a file', () => {
  it.each([
    ['AUTH_SECRET', 'worker', (env: ReturnType<typeof readEnv>) => env.authSecret],
    ['CARDZO_MERCHANT_CONTROL', 'worker', (env: ReturnType<typeof readEnv>) => env.cardzo.merchantControl],
    ['CARDZO_PRIVATE_KEY', 'worker', (env: ReturnType<typeof readEnv>) => env.cardzo.privateKeyPem?.trim()],
    ['DATABASE_URL', 'worker', (env: ReturnType<typeof readEnv>) => env.databaseUrl],
    ['SMTP_URL', 'worker', (env: ReturnType<typeof readEnv>) => env.smtp?.url],
    ['METRICS_TOKEN', 'web', (env: ReturnType<typeof readEnv>) => env.metricsToken],
    ['METRICS_TOKEN', 'worker', (env: ReturnType<typeof readEnv>) => env.metricsToken],
    ['NEXT_SERVER_ACTIONS_ENCRYPTION_KEY', 'web', (env: ReturnType<typeof readEnv>) => env.actionsKey],
  ] as const)('%s', (name, role, read) => {
    const all: Change = {
      ...good,
      METRICS_TOKEN: 'a-token-of-the-web-server',
      NEXT_SERVER_ACTIONS_ENCRYPTION_KEY: Buffer.alloc(32, 3).toString('base64'),
    }
    const value = all[name]?.trim() ?? ''
    expect(read(readEnv({ ...all, [name]: undefined, [`${name}_FILE`]: file(`${value}\n`) }, role))).toBe(
      value,
    )
    for (const wrong of [file(' \n'), '/nowhere/secret', folder]) {
      const message = complaint({ [name]: undefined, [`${name}_FILE`]: wrong }, all)
      if (role === 'worker')
        expect(message.split('\n')).toEqual([expect.anything(), expect.stringContaining(`${name}_FILE: `)])
    }
    if (role === 'worker') expect(complaint({ [`${name}_FILE`]: file(value) }, all)).toContain('are both set')
  })

  it('data keys too, several lines or one', () => {
    const DATA_KEYS_FILE = file(`a:${Buffer.alloc(32, 1).toString('base64')},\n`)
    expect(readEnv({ ...good, DATA_KEYS: undefined, DATA_KEYS_FILE }).dataKeys).toHaveLength(1)
  })

  it('every secret has its file in the list of what is withheld', () => {
    for (const role of ['web', 'worker', 'command'] as const)
      for (const name of foreignSecrets(role)) expect(secretNames).toContain(name.replace(/_FILE$/, ''))
  })

  it('the address of the database alone, for commands that need nothing else', () => {
    const url = 'postgresql://portal:pw@db.example/portal'
    expect(readDatabaseUrl({})).toBeUndefined()
    expect(readDatabaseUrl({ DATABASE_URL: ' ' })).toBeUndefined()
    expect(readDatabaseUrl({ DATABASE_URL_FILE: file(`${url}\n`) })).toBe(url)
    expect(() => readDatabaseUrl({ DATABASE_URL: 'mysql://u:dbsecret@h/d' })).toThrow(
      /^[^]*DATABASE_URL: must be(?![^]*dbsecret)/,
    )
    expect(() => readDatabaseUrl({ DATABASE_URL_FILE: '/nowhere' })).toThrow('DATABASE_URL_FILE')
  })
})

describe('the demo mailbox', () => {
  const { SMTP_URL: _smtp, MAIL_FROM: _from, ...noMail } = local

  it('is there beside a gateway and a portal of this machine only', () => {
    for (const role of ['web', 'worker', 'command'] as const) {
      expect(readEnv(noMail, role).demoMailbox).toBe(true)
      expect(readEnv({ ...noMail, APP_URL: 'https://payouts.example.com' }, role).demoMailbox).toBe(false)
      expect(
        readEnv({ ...noMail, SMTP_URL_FILE: file(good.SMTP_URL), MAIL_FROM: good.MAIL_FROM }, role)
          .demoMailbox,
      ).toBe(false)
      expect(readEnv(local, role).demoMailbox).toBe(false)
    }
    expect(readEnv(withoutMail(good), 'web').demoMailbox).toBe(false)
  })
})

const withoutMail = ({ SMTP_URL: _smtp, MAIL_FROM: _from, ...rest }: typeof good) => rest

describe('beside a gateway that moves money', () => {
  const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8')
  const inExample = [...example.matchAll(/^#? ?([A-Z_]+)=(.+)$/gm)].filter(([, name = '']) =>
    secretNames.includes(name),
  )

  it('knows every secret that .env.example shows', () => {
    expect(Object.fromEntries(inExample.map(([, name, value]) => [name, value]))).toEqual(sampleSecrets)
    expect(Object.keys(sampleSecrets).length).toBeGreaterThan(3)
  })

  it.each(Object.entries(sampleSecrets))(
    'no process starts with the %s of .env.example, in a file neither',
    (name, sample) => {
      for (const role of ['web', 'worker', 'command'] as const) {
        expect(() => readEnv({ ...good, [name]: ` ${sample} ` }, role)).toThrow(
          `${name}: is the value of .env.example`,
        )
        if (!foreignSecrets(role).includes(name))
          expect(() =>
            readEnv({ ...good, [name]: undefined, [`${name}_FILE`]: file(`${sample}\n`) }, role),
          ).toThrow(`${name}: is the value of .env.example`)
        if (name !== 'DATA_KEYS') expect(() => readEnv({ ...local, [name]: sample }, role)).not.toThrow()
      }
    },
  )

  it('certificates are checked, and beside a simulator that is your own business', () => {
    expect(() => readEnv({ ...local, NODE_TLS_REJECT_UNAUTHORIZED: '0' })).not.toThrow()
    expect(() => readEnv({ ...good, NODE_TLS_REJECT_UNAUTHORIZED: '1' })).not.toThrow()
    expect(() => readEnv({ ...local, SMTP_URL: 'smtp://127.0.0.1:2525?ignoreTLS=true' })).not.toThrow()
  })

  it('every process asks for data keys, and none does beside a simulator', () => {
    for (const role of ['web', 'worker', 'command'] as const) {
      expect(() => readEnv({ ...good, DATA_KEYS: undefined }, role)).toThrow('DATA_KEYS: is missing')
      expect(readEnv({ ...local, DATA_KEYS: undefined }, role).dataKeys).toEqual([])
    }
  })
})
