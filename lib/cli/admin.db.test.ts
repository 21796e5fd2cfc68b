import { execFile } from 'node:child_process'
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase } from '#lib/db/testing/database.ts'

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})
let env: NodeJS.ProcessEnv
let drop: () => Promise<void>

beforeAll(async () => {
  const database = await createTestDatabase()
  drop = database.drop
  env = {
    NODE_ENV: 'test',
    PATH: process.env['PATH'] ?? '',
    DATABASE_URL: database.url,
    APP_URL: 'http://localhost:3000',
    AUTH_SECRET: 'x'.repeat(32),
    // Nobody listens there: no command needs the gateway.
    CARDZO_API_URL: 'http://127.0.0.1:1/paynet',
    CARDZO_ENDPOINT_ID: '39915',
    CARDZO_LOGIN: 'merchant',
    CARDZO_PRIVATE_KEY: privateKey,
    CARDZO_MERCHANT_CONTROL: 'control',
    CARDZO_CURRENCIES: 'EUR',
    CARDZO_REQUIRED_FIELDS: 'account_number',
  }
})
afterAll(() => drop())

type Answer = { code: number; json: unknown; stdout: string; stderr: string }

function admin(args: string[], input = '', more: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['lib/cli/admin.ts', ...args],
      { env: { ...env, ...more } },
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
    const made = await admin(
      ['user:create', '--email', ada, '--role', 'receiver', '--password-stdin', '--name', 'Ada'],
      'a password\n',
    )
    expect(made).toMatchObject({ code: 0, json: { id: uuid }, stderr: '' })
    const again = await admin(['user:create', '--email', ada, '--role', 'clerk', '--password', 'another one'])
    expect(again).toMatchObject({ code: 1, stdout: '' })
    expect(again.stderr).toContain('already exists')
    expect(
      await admin(['user:set-password', '--email', ada, '--password-stdin'], 'a new one!'),
    ).toMatchObject({ code: 0, json: made.json })
    expect(await admin(['user:disable', '--email', ada])).toMatchObject({ code: 0, json: made.json })
    expect(await admin(['user:disable', '--email', email()])).toMatchObject({ code: 1, stdout: '' })
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

  it('sets the policy and prints it', async () => {
    expect(await admin(['policy:set', '--currency', 'EUR', '--auto-approve-below', '500'])).toMatchObject({
      code: 0,
      json: { currency: 'EUR', autoApproveBelow: '500.00' },
    })
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

  it('says what is missing, unknown or not available yet', async () => {
    expect((await admin(['user:create', '--email', email()])).stderr).toContain('--role')
    expect((await admin(['user:disable', '--mail', email()])).stderr).toContain('Usage: user:disable')
    const later = await admin(['settings:set', '--send-delay-s', '5'])
    expect(later).toMatchObject({ code: 1, stdout: '' })
    expect(later.stderr).toContain('not available yet')
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
    expect(away.stderr).toContain('can not be reached')
  })
})
