import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packFormat, packedEvent, sealPack } from '#lib/services/payout/evidence-pack.ts'
import { sha256 } from '#lib/services/safety/history-chain.ts'
import { runCommand } from './admin-commands.ts'
import { endingOf } from './command.ts'
import { createTestDatabase } from '#lib/db/testing/database.ts'

let env: NodeJS.ProcessEnv
let drop: () => Promise<void>

beforeAll(async () => {
  const database = await createTestDatabase()
  drop = database.drop
  env = {
    NODE_ENV: 'test',
    // Each command is a process of its own: half of its time goes into compiling.
    NODE_COMPILE_CACHE: 'node_modules/.cache/compiled',
    PATH: process.env['PATH'] ?? '',
    DATABASE_URL: database.url,
    APP_URL: 'http://localhost:3000',
    AUTH_SECRET: 'x'.repeat(32),
    // Nobody listens there: no command needs the gateway.
    CARDZO_API_URL: 'http://127.0.0.1:1/paynet',
    CARDZO_ENDPOINT_ID: '39915',
    CARDZO_LOGIN: 'merchant',
    // Of the worker alone: no command reads this file.
    CARDZO_PRIVATE_KEY_FILE: '/nowhere/merchant.pem',
    CARDZO_CURRENCIES: 'EUR',
    CARDZO_REQUIRED_FIELDS: 'account_number',
  }
})
afterAll(() => drop())

type Answer = { code: number; json: unknown; stdout: string; stderr: string }

/** A command in this process. */
async function admin(args: string[], input = '', more: Record<string, string> = {}): Promise<Answer> {
  const readInput = () => Promise.resolve(input)
  const {
    code,
    answer = '',
    trouble = '',
  } = await endingOf((withDeps) => runCommand(args, readInput, withDeps), { ...env, ...more })
  const json: unknown = answer === '' ? undefined : JSON.parse(answer)
  return { code, json, stdout: answer, stderr: trouble }
}

/** As an operator types it: a process, its exit code and its two outputs. */
function typed(args: string[], input = ''): Promise<Answer> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['lib/cli/admin.ts', ...args],
      { env },
      (error, stdout, stderr) => {
        const code = error ? Number(error.code) : 0
        resolve({ code, stdout, stderr, json: stdout === '' ? undefined : JSON.parse(stdout) })
      },
    )
    child.stdin?.end(input)
  })
}

const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/) as string
const email = () => `${randomUUID()}@demo.example`

describe("the operator's command line", () => {
  it('makes a person with a password on standard input or in a flag, changes it and disables the person', async () => {
    const ada = email()
    const made = await typed(
      ['user:create', '--email', ada, '--role', 'receiver', '--password-stdin', '--name', 'Ada'],
      'a password\n',
    )
    expect(made).toMatchObject({ code: 0, json: { id: uuid }, stderr: '' })
    const again = await typed(['user:create', '--email', ada, '--role', 'clerk', '--password', 'another one'])
    expect(again).toMatchObject({ code: 1, stdout: '' })
    expect(again.stderr).toContain('already exists')
    expect(
      await typed(['user:set-password', '--email', ada, '--password-stdin'], 'a new one!'),
    ).toMatchObject({ code: 0, json: made.json })
    expect(await typed(['user:disable', '--email', ada])).toMatchObject({
      code: 0,
      json: { ...(made.json as object), blocked: [] },
    })
    expect(await typed(['user:disable', '--email', email()])).toMatchObject({ code: 1, stdout: '' })
  })

  it('verifies an evidence pack without a database and without configuration', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'admin-'))
    const file = join(folder, 'pack.json')
    const payout = { id: randomUUID(), status: 'requested' }
    const chained = JSON.stringify([
      '',
      7,
      payout.id,
      1.5,
      'requested',
      null,
      null,
      null,
      0,
      'user',
      null,
      'Ada',
      {},
    ])
    const event = packedEvent({ material: chained, hash: sha256(chained) })
    const { text, seal } = sealPack({ format: packFormat, payout, events: [event] })
    const alone = (args: string[]) =>
      admin(['evidence:verify', '--file', file, ...args], '', {
        DATABASE_URL: '',
        APP_URL: '',
        CARDZO_API_URL: '',
      })
    writeFileSync(file, text)
    expect(await alone(['--seal', seal])).toMatchObject({
      code: 0,
      json: { ok: true, payoutId: payout.id, status: 'requested', events: 1, seal },
      stderr: '',
    })
    writeFileSync(file, text.replace('Ada', 'Eva'))
    expect(await alone([])).toMatchObject({ code: 1, json: { ok: false, wrong: 'seal' } })
    rmSync(file)
    expect(await alone([])).toMatchObject({ code: 1, stdout: '' })
    rmSync(folder, { recursive: true })
  })

  it('takes every secret on standard input or from a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'admin-'))
    const fileOf = (text: string) => {
      const file = join(folder, randomUUID())
      writeFileSync(file, text)
      return file
    }
    const secret = 'JBSWY3DPEHPK3PXP'
    const create = (flags: string[], input = '') =>
      admin(['user:create', '--email', email(), '--role', 'clerk', ...flags], input)
    const word = 'a long password'
    for (const [flags, input] of [
      [['--password-stdin', '--totp-secret-stdin'], `${word}\n${secret}\n`],
      [['--password-file', fileOf(`${word}\n`), '--totp-secret-file', fileOf(`${secret}\r\n`)], ''],
      [['--password-file', fileOf(word), '--totp-secret-stdin'], secret],
      [['--password-stdin', '--totp-secret', secret], `${word}\n`],
    ] as const)
      expect(await create([...flags], input)).toMatchObject({ code: 0, stderr: '' })
    const wrong = await create(['--password-stdin', '--password-file', fileOf(word)], word)
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('in one way') as string })
    const nowhere = await create(['--password-file', join(folder, 'nowhere')])
    expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot be read') as string })

    const ada = email()
    await admin(['user:create', '--email', ada, '--role', 'receiver', '--password-stdin'], word)
    const set = ['user:set-password', '--email', ada, '--password-file', fileOf('another long one')]
    expect(await admin(set)).toMatchObject({ code: 0 })
    rmSync(folder, { recursive: true })
  })

  it('gives a person the second factor that the operator names, and none that is no secret', async () => {
    const create = (secret: string, word = 'a long password') =>
      admin([
        'user:create',
        '--email',
        email(),
        '--role',
        'clerk',
        '--password',
        word,
        '--totp-secret',
        secret,
      ])
    expect(await create('jbsw y3dp ehpk 3pxp')).toMatchObject({ code: 0, json: { id: uuid } })
    expect((await create('JBSWY3DPEHPK3PX')).stderr).toContain('totp-secret')
    expect((await create('not-base32-at-all-1890')).stderr).toContain('totp-secret')
    const common = await create('JBSWY3DPEHPK3PXP', 'Qwertyuiop')
    expect(common).toMatchObject({ code: 1, stdout: '' })
    expect(common.stderr).toContain('very common password')
  })

  it('makes an API key for some things and some days, and says what is not one', async () => {
    const create = (...args: string[]) => admin(['api-key:create', '--name', 'Reporting', ...args])
    expect(await create('--scopes', 'payouts:read, balances:read', '--expires-in-days', '30')).toMatchObject({
      code: 0,
      json: { id: uuid },
    })
    expect((await create('--scopes', 'everything')).stderr).toContain('payouts:write')
    expect((await create('--scopes', '')).stderr).toContain('payouts:write')
    for (const days of ['0', 'soon', '', '1.5'])
      expect((await create('--expires-in-days', days)).stderr).toContain('whole number')
  })

  it('makes an API key, shows it once and revokes it', async () => {
    const made = await admin(['api-key:create', '--name', 'Shop'])
    expect(made).toMatchObject({
      code: 0,
      json: { id: uuid, key: expect.stringMatching(/^cpp_[\w-]{43}$/) as string },
    })
    const { id } = made.json as { id: string }
    expect(await admin(['api-key:revoke', '--id', id])).toMatchObject({ code: 0, json: { id } })
  })

  it('seals everything under a new data key, and says when an old one is still needed', async () => {
    const flags = [
      '--role',
      'clerk',
      '--totp-secret',
      'JBSWY3DPEHPK3PXP',
      '--password',
      'correct horse battery',
    ]
    expect(await admin(['user:create', '--email', email(), ...flags])).toMatchObject({ code: 0 })
    const key = (id: string, byte: number) => `${id}:${Buffer.alloc(32, byte).toString('base64')}`
    // The first key of its own: what AUTH_SECRET has sealed goes over to it.
    const first = await admin(['data-keys:reseal'], '', { DATA_KEYS: key('a', 1) })
    expect(first).toMatchObject({ code: 0, json: { ok: true, unreadable: 0 } })
    expect((first.json as { secondFactors: number }).secondFactors).toBeGreaterThan(0)
    const without = await admin(['data-keys:reseal'], '', { DATA_KEYS: key('b', 2) })
    expect(without).toMatchObject({ code: 1, json: { ok: false, secondFactors: 0 } })
    expect((without.json as { unreadable: number }).unreadable).toBeGreaterThan(0)
    const both = `${key('b', 2)},${key('a', 1)}`
    expect(await admin(['data-keys:reseal'], '', { DATA_KEYS: both })).toMatchObject({ code: 0 })
    expect(await admin(['data-keys:reseal'], '', { DATA_KEYS: key('b', 2) })).toMatchObject({
      code: 0,
      json: { ok: true, payouts: 0, destinations: 0, secondFactors: 0, unreadable: 0 },
    })
  })

  it('sets the policy and prints it', async () => {
    expect(await admin(['policy:set', '--currency', 'EUR', '--auto-approve-below', '500'])).toMatchObject({
      code: 0,
      json: { currency: 'EUR', autoApproveBelow: '500.00', state: 'active' },
    })
  })

  it('changes settings, prints all of them, and says what they may be', async () => {
    const usual = await admin(['settings:set'])
    expect(usual).toMatchObject({
      code: 0,
      json: {
        sendDelayS: { '*': 60 },
        coolingOffH: 24,
        requireBalance: true,
        requireBalanceMerchant: false,
        grantHoldDays: 0,
      },
    })
    const set = ['settings:set', '--send-delay-s', '0', '--cooling-off-h', '0', '--require-balance', 'off']
    expect(await admin(set)).toMatchObject({
      code: 0,
      json: {
        sendDelayS: { '*': 0 },
        coolingOffH: 0,
        requireBalance: false,
        expireAfterDays: 7,
        remindBeforeH: 24,
      },
    })
    const own = [
      'settings:set',
      '--send-delay-s',
      '30',
      '--currency',
      'EUR',
      '--require-balance-merchant',
      'on',
    ]
    const more = ['--grant-hold-days', '14', '--expire-after-days', '3', '--remind-before-h', '12']
    expect(await admin([...own, ...more])).toMatchObject({
      code: 0,
      json: {
        sendDelayS: { '*': 0, EUR: 30 },
        requireBalanceMerchant: true,
        grantHoldDays: 14,
        expireAfterDays: 3,
        remindBeforeH: 12,
      },
    })
    const bad = await admin([
      'settings:set',
      '--send-delay-s',
      '90000',
      '--currency',
      'XXX',
      '--require-balance',
      'yes',
      '--grant-hold-days',
      '91',
    ])
    expect(bad).toMatchObject({ code: 1, stdout: '' })
    for (const words of [
      'sendDelayS: ',
      'currency: Choose one of EUR',
      'requireBalance: Choose one of on, off',
      'grantHoldDays: Enter a whole number from 0 to 90',
    ])
      expect(bad.stderr).toContain(words)
    expect((await admin(['settings:set', '--remind-before-h', '72'])).stderr).toContain('less than 72 hours')
    expect((await admin(['settings:set', '--currency', 'EUR'])).stderr).toContain('give the send delay too')
    expect((await admin(['settings:set'])).json).toMatchObject({ sendDelayS: { '*': 0, EUR: 30 } })
  })

  it('grants once by reference', async () => {
    const grant = [
      'grant:create',
      '--receiver',
      'cust-7',
      '--currency',
      'EUR',
      '--reference',
      'bonus-1',
      '--amount',
    ]
    const made = await admin([...grant, '25.5'])
    const json = { receiver: 'cust-7', currency: 'EUR', amount: '25.50', reference: 'bonus-1' }
    expect(made).toMatchObject({ code: 0, json: { ...json, id: uuid, replayed: false } })
    expect((await admin([...grant, '25.50'])).json).toEqual({ ...(made.json as object), replayed: true })
    const other = await admin([...grant, '26'])
    expect(other).toMatchObject({ code: 1, stdout: '' })
    expect(other.stderr).toContain('It gave 25.50 EUR to cust-7.')
    expect((await admin([...grant, '0'])).stderr).toContain('amount: Enter an amount greater than zero.')
  })

  it('only proposes a policy once there is an admin', async () => {
    const adrian = email()
    await admin(['user:create', '--email', adrian, '--role', 'admin', '--password', 'correct horse battery'])
    const set = ['policy:set', '--currency', 'EUR', '--auto-approve-below', '600']
    expect(await admin(set)).toMatchObject({
      code: 0,
      json: { autoApproveBelow: '600.00', state: 'proposed' },
    })
    expect((await admin(set)).stderr).toContain('waiting for a second administrator')
    await admin(['user:disable', '--email', adrian])
  })

  it('names the payouts that nobody is left for when it disables their approver', async () => {
    const ana = email()
    await admin(['user:create', '--email', ana, '--role', 'approver', '--password', 'correct horse battery'])
    const client = new pg.Client({ connectionString: env['DATABASE_URL'] })
    await client.connect()
    const { rows } = await client.query<{ id: string }>(`
      WITH someone AS (INSERT INTO receiver (id, external_id) VALUES (gen_random_uuid(), 'cust-blocked') RETURNING id)
      INSERT INTO payout (id, amount_minor, currency, receiver_id, destination_sealed, content_hash, source, idempotency_key, request_hash,
        client_order_id, status_token_hash, return_token_hash, policy_version)
      SELECT gen_random_uuid(), 90000, 'EUR', id, 'v1.', 'f1.', 'api', 'kb', 'v1.', 'po-blocked', 'sb', 'rb', 0 FROM someone RETURNING id`)
    const id = rows[0]?.id ?? ''
    expect((await admin(['user:disable', '--email', ana])).json).toMatchObject({
      blocked: [{ id, amount: '900.00', currency: 'EUR', receiver: 'cust-blocked' }],
    })
    // Another test counts what there is.
    await client.query(`SET session_replication_role = replica`)
    await client.query(`DELETE FROM payout WHERE id = $1`, [id])
    await client.query(`DELETE FROM receiver WHERE external_id = 'cust-blocked'`)
    await client.end()
  })

  it('stops and releases payments, with a reason, and asks first until a named person ends it', async () => {
    expect(await admin(['sending:stop', '--why', 'The bank called'])).toMatchObject({
      code: 0,
      json: { reason: 'The bank called', inFlight: [], releasedAt: null },
    })
    expect((await admin(['sending:stop', '--why', 'again'])).stderr).toContain('already paused')
    expect(await admin(['sending:release', '--why', 'Cleared'])).toMatchObject({
      code: 0,
      json: { releaseReason: 'Cleared', waiting: 0 },
    })
    const ofOne = ['--why', 'Their night', '--endpoint', '1']
    expect(await admin(['sending:stop', ...ofOne])).toMatchObject({ code: 0, json: { endpointId: 1 } })
    expect((await admin(['sending:release', '--why', 'all'])).stderr).toContain('aren’t paused')
    expect(await admin(['sending:release', ...ofOne])).toMatchObject({ code: 0, json: { endpointId: 1 } })
    expect((await admin(['sending:stop', '--why', 'x', '--endpoint', '77'])).code).not.toBe(0)
    expect((await admin(['sending:stop', '--why', 'x', '--endpoint', 'one'])).stderr).toContain(
      'the number of',
    )
    expect((await admin(['restore:end', '--by', 'Ana'])).stderr).toContain('nothing to end')
    expect(await admin(['restore:declare', '--why', 'Restored the dump of Sunday'])).toMatchObject({
      code: 0,
      json: { why: 'Restored the dump of Sunday', endedAt: null },
    })
    expect((await admin(['restore:end'])).stderr).toContain('--by')
    expect(await admin(['restore:end', '--by', 'Ana'])).toMatchObject({ code: 0, json: { endedBy: 'Ana' } })
  })

  it('verifies the history, makes the anchor of the day, and ends badly when an event was changed', async () => {
    const empty = await admin(['history:verify'])
    expect(empty).toMatchObject({ code: 0, json: { ok: true, events: 0, payouts: 0, anchors: 0 } })
    expect(await admin(['history:anchor'])).toMatchObject({ code: 0, json: null })
    const client = new pg.Client({ connectionString: env['DATABASE_URL'] })
    await client.connect()
    try {
      const { rows } = await client.query<{ id: string }>(`
        WITH someone AS (INSERT INTO receiver (id, external_id) VALUES (gen_random_uuid(), 'cust-42') RETURNING id)
        INSERT INTO payout (id, amount_minor, currency, receiver_id, destination_sealed, content_hash, source, idempotency_key, request_hash,
          client_order_id, status_token_hash, return_token_hash)
        SELECT gen_random_uuid(), 100, 'EUR', id, 'v1.', 'f1.', 'api', 'k', 'v1.', 'po-x', 's', 'r' FROM someone RETURNING id`)
      const id = rows[0]?.id ?? ''
      const write = `INSERT INTO payout_event (payout_id, kind, version, actor_kind, actor_name)
        VALUES ($1, 'requested', 1, 'api_key', 'shop')`
      await client.query(write, [id])
      const made = await typed(['history:anchor'])
      expect(made).toMatchObject({ code: 0, json: { events: '1' } })
      expect(made.stderr).toContain('history anchor')
      const anchors = await admin(['history:anchors'])
      expect(anchors.json).toEqual([made.json])
      const { lastEventId, hash } = made.json as { lastEventId: string; hash: string }
      const kept = ['history:verify', '--last-event', lastEventId, '--hash', hash]
      expect(await admin(kept)).toMatchObject({ code: 0, json: { ok: true, events: 1, anchors: 2 } })
      expect(await admin(['history:verify', '--id', id])).toMatchObject({ code: 0, json: { ok: true } })
      expect((await admin(['history:verify', '--last-event', lastEventId])).stderr).toContain('together')

      await client.query(`SET session_replication_role = replica`)
      await client.query(`UPDATE payout_event SET actor_name = 'somebody else'`)
      const firstBroken = { wrong: 'changed', eventId: lastEventId, payoutId: id }
      for (const args of [['history:verify'], ['history:verify', '--id', id]])
        expect(await admin(args)).toMatchObject({
          code: 1,
          json: { ok: false, brokenPayouts: 1, firstBroken },
        })
    } finally {
      await client.end()
    }
  })

  it('has a comparison started, once', async () => {
    const first = await admin(['comparison:run'])
    expect(first).toMatchObject({ code: 0, json: { started: true, id: uuid, days: 14, finishedAt: null } })
    const { id } = first.json as { id: string }
    expect(await admin(['comparison:run'])).toMatchObject({ code: 0, json: { started: false, id } })
  })

  it('moves in while there is no admin, moves out into a folder of its own, and verifies that without a database', async () => {
    const fresh = await createTestDatabase()
    const folder = mkdtempSync(join(tmpdir(), 'admin-'))
    const own = (...args: string[]) => admin(args, '', { DATABASE_URL: fresh.url })
    try {
      const file = join(folder, 'old.csv')
      writeFileSync(file, 'receiver,first_name\ncust-1,Ada\ncust-2,Bo\n')
      const moved = await own('import', '--kind', 'receivers', '--file', file)
      expect(moved).toMatchObject({ code: 0, json: { ok: true, made: 2, leftOut: 0, state: 'imported' } })
      writeFileSync(file, 'receiver,account_number\ncust-1,DE00370400440532013000\n')
      expect(await own('import', '--kind', 'destinations', '--file', file)).toMatchObject({
        code: 1,
        json: { ok: false, wrong: 1, problems: [{ line: 2 }] },
      })
      await own('user:create', '--email', email(), '--role', 'admin', '--password', 'a password of hers')
      writeFileSync(
        file,
        'reference,receiver,currency,amount,status,ended_at\nr1,cust-1,EUR,5,paid,2026-01-31\n',
      )
      const waits = await own('import', '--kind', 'history', '--file', file, '--source', 'Old shop')
      expect(waits).toMatchObject({ code: 0, json: { ok: true, state: 'waits for an admin to confirm it' } })

      const out = join(folder, 'out')
      const made = await own('export', '--to', out)
      expect(made).toMatchObject({ code: 0, json: { receiver: null, accountsOpen: false } })
      expect(await own('export', '--to', out)).toMatchObject({ code: 1, stdout: '' })
      const { sha256 } = made.json as { sha256: string }
      // Without configuration or database.
      const verified = await admin(['export:verify', '--from', out, '--sha256', sha256], '', {
        DATABASE_URL: 'postgresql://x:y@127.0.0.1:1/z',
      })
      expect(verified).toMatchObject({ code: 0, json: { ok: true, sha256 } })
      writeFileSync(join(out, 'receiver.jsonl'), '{}\n')
      expect(await admin(['export:verify', '--from', out])).toMatchObject({
        code: 1,
        json: { ok: false, file: 'receiver.jsonl' },
      })
      expect(await own('import', '--kind', 'receivers', '--from', out)).toMatchObject({ code: 1 })
    } finally {
      rmSync(folder, { recursive: true })
      await fresh.drop()
    }
  })

  it('lists its commands for one that does not exist, and has none that approves or pays', async () => {
    const answer = await admin(['payout:approve'])
    expect(answer).toMatchObject({ code: 1, stdout: '' })
    for (const name of [
      'user:create',
      'user:disable',
      'user:set-password',
      'api-key:create',
      'api-key:revoke',
      'policy:set',
      'payout:show',
      'link:revoke',
    ])
      expect(answer.stderr).toContain(`  ${name} `)
    expect(answer.stderr).not.toMatch(/^ {2}\S*(approve|pay)\b/m)
  })

  it('says what is missing or unknown', async () => {
    expect((await admin(['user:create', '--email', email()])).stderr).toContain('--role')
    expect((await admin(['user:disable', '--mail', email()])).stderr).toContain('Usage: user:disable')
    expect(await admin(['payout:show', '--id', 'no-id'])).toMatchObject({ code: 1, stdout: '' })
    expect(await admin(['link:revoke', '--id', randomUUID()])).toMatchObject({ code: 1, stdout: '' })
  })

  it('lists every problem of the environment, and says when the database is away', async () => {
    const bad = await admin(['policy:set', '--currency', 'EUR', '--auto-approve-below', '5'], '', {
      AUTH_SECRET: 'short',
      CARDZO_LOGIN: '',
    })
    expect(bad).toMatchObject({ code: 1, stdout: '' })
    expect(bad.stderr).toContain('AUTH_SECRET')
    expect(bad.stderr).toContain('CARDZO_LOGIN')
    const away = await admin(['user:disable', '--email', email()], '', {
      DATABASE_URL: 'postgresql://x:y@127.0.0.1:1/z',
    })
    expect(away).toMatchObject({ code: 1, stdout: '' })
    expect(away.stderr).toContain('cannot be reached')
  })
})
