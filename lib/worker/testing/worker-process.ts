import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestDatabase } from '#lib/db/testing/server.ts'

const privateKey = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString()

/**
 * A real worker on this database, beside a gateway that nobody listens for: its payouts stay requested. It opens what the test portal has
 * sealed. `more`: variables of its own. `said`: its errors so far.
 */
export function startWorker(database: TestDatabase, more: Record<string, string> = {}) {
  const worker = spawn(process.execPath, ['lib/worker/main.ts'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      APP_URL: 'http://localhost:3000',
      DATABASE_URL: database.url,
      ...(database.directUrl !== undefined && { DATABASE_DIRECT_URL: database.directUrl }),
      AUTH_SECRET: 'a-secret-of-this-test-alone-0123456789',
      // The test portal's own key, so that the worker can open what that has sealed.
      DATA_KEYS: `test:${Buffer.alloc(32, 7).toString('base64')}`,
      CARDZO_API_URL: 'http://127.0.0.1:9/paynet',
      CARDZO_ENDPOINT_ID: '39915',
      CARDZO_LOGIN: 'merchant',
      CARDZO_PRIVATE_KEY: privateKey,
      CARDZO_MERCHANT_CONTROL: 'B17B2C4A-0000-4000-8000-000000000000',
      CARDZO_CURRENCIES: 'EUR',
      CARDZO_REQUIRED_FIELDS: 'account_number,first_name',
      MARKER_FILE: join(tmpdir(), `marker-${randomUUID()}.json`),
      LOG_LEVEL: 'error',
      ...more,
    } as unknown as NodeJS.ProcessEnv,
  })
  let said = ''
  worker.stderr.on('data', (part: Buffer) => (said += part.toString()))
  const ended = new Promise<NodeJS.Signals | null>((done) => worker.once('exit', (_, signal) => done(signal)))
  return { worker, ended, said: () => said }
}
