/** Real processes on a database with the demo's people, beside a gateway that is not of this machine. */
import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase } from '#lib/db/testing/database.ts'
import { demoPeople } from '#lib/services/people/demo-codes.ts'

let local: Record<string, string>
let real: Record<string, string>
let drop: () => Promise<void>

beforeAll(async () => {
  const database = await createTestDatabase()
  drop = database.drop
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  local = {
    NODE_ENV: 'test',
    // Each command is a process of its own: half of its time goes into compiling.
    NODE_COMPILE_CACHE: 'node_modules/.cache/compiled',
    PATH: process.env['PATH'] ?? '',
    LOG_LEVEL: 'error',
    DATABASE_URL: database.url,
    APP_URL: 'http://localhost:3000',
    AUTH_SECRET: 'x'.repeat(32),
    DATA_KEYS: `a:${Buffer.alloc(32, 1).toString('base64')}`,
    // Nobody listens there.
    CARDZO_API_URL: 'http://127.0.0.1:1/paynet',
    CARDZO_ENDPOINT_ID: '39915',
    CARDZO_LOGIN: 'merchant',
    CARDZO_MERCHANT_CONTROL: 'control',
    CARDZO_CURRENCIES: 'EUR',
    CARDZO_REQUIRED_FIELDS: 'account_number',
  }
  real = {
    ...local,
    APP_URL: 'https://payouts.example.com',
    CARDZO_API_URL: 'https://gateway.invalid/paynet',
    CARDZO_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    SMTP_URL: 'smtps://u:p@mail.invalid',
    MAIL_FROM: 'Payouts <payouts@example.com>',
  }
})
afterAll(() => drop())

type Ended = { code: number; stdout: string; stderr: string }

function run(env: Record<string, string>, ...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      args,
      { env: env as NodeJS.ProcessEnv, timeout: 60_000 },
      (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code) : 0, stdout, stderr })
      },
    )
  })
}

describe("the demo's people beside a gateway that moves money", () => {
  it('keep worker and commands from running until they are removed', async () => {
    const seeded = await run(local, 'lib/cli/seed.ts')
    expect(seeded).toMatchObject({ code: 0 })

    const worker = await run(real, 'lib/worker/main.ts')
    expect(worker.code).toBe(1)
    const command = await run(real, 'lib/cli/admin.ts', 'settings:set')
    expect(command).toMatchObject({ code: 1, stdout: '' })
    for (const { stderr } of [worker, command]) {
      expect(stderr).toContain('demo:remove')
      for (const { email } of demoPeople) expect(stderr).toContain(email)
    }
    // Beside a simulator they are what the demo is for.
    expect(await run(local, 'lib/cli/admin.ts', 'settings:set')).toMatchObject({ code: 0 })

    const removed = await run(real, 'lib/cli/admin.ts', 'demo:remove')
    expect(removed).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(removed.stdout)).toMatchObject({
      disabled: expect.arrayContaining(demoPeople.map(({ email }) => email)) as unknown,
      stillOpen: [],
    })
    expect(await run(real, 'lib/cli/admin.ts', 'settings:set')).toMatchObject({ code: 0 })
    const again = await run(real, 'lib/cli/admin.ts', 'demo:remove')
    expect(JSON.parse(again.stdout)).toEqual({ disabled: [], revokedKeys: [], cancelled: [], stillOpen: [] })
  })

  it('are not made there, nor for a portal that others can reach', async () => {
    for (const env of [real, { ...local, APP_URL: 'https://payouts.example.com' }]) {
      const seeded = await run(env, 'lib/cli/seed.ts')
      expect(JSON.parse(seeded.stdout)).toEqual({ logins: [] })
    }
  })
})
