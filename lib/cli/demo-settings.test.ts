import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { readEnv } from '#lib/runtime/env.ts'
import { demoEnvironment } from './demo-settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'settings-'))
afterAll(() => rmSync(folder, { recursive: true }))
const options = { port: 3005, simulatorPort: 4005, secretsFile: join(folder, 'demo.json'), isDev: false }

it('is an environment the portal accepts, with secrets made once and readable by their owner alone', () => {
  const first = demoEnvironment({}, options)
  expect(readEnv(first)).toMatchObject({
    port: 3005,
    appUrl: 'http://localhost:3005',
    databaseUrl: undefined,
    cardzo: { apiUrl: 'http://127.0.0.1:4005/paynet', endpoint: { id: '39915' } },
  })
  expect(demoEnvironment({}, options)).toEqual(first)
  expect(statSync(options.secretsFile).mode & 0o777).toBe(0o600)
})

it('leaves what the environment sets as it is', () => {
  const env = readEnv(demoEnvironment({ CARDZO_ENDPOINT_GROUP_ID: '7', CARDZO_CURRENCIES: 'JPY' }, options))
  expect(env.cardzo).toMatchObject({ endpoint: { groupId: '7' }, currencies: ['JPY'] })
})

it('invents nothing for a gateway named in the environment', () => {
  const given = { CARDZO_API_URL: 'http://127.0.0.1:9/gate', CARDZO_REQUIRED_FIELDS: '' }
  const env = demoEnvironment(given, options)
  expect(env).toMatchObject({ ...given, CARDZO_LOGIN: '', CARDZO_PRIVATE_KEY: '' })
  expect(() => readEnv(env)).toThrow('CARDZO_LOGIN')
})
