import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { readEnv } from '#lib/runtime/env.ts'
import { readSimulatorEnv } from '#lib/simulator/env.ts'
import { demoEnvironment, environmentOf } from './demo-settings.ts'

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

it('gives each process its own secrets and no other, and nothing that .env could fill in', () => {
  const all = demoEnvironment(
    {
      METRICS_TOKEN: 'metrics-secret-of-16',
      SMTP_URL: 'smtp://u:mail-secret@127.0.0.1:2525',
      MAIL_FROM: 'P <p@x.example>',
    },
    options,
  )
  const key = all['CARDZO_PRIVATE_KEY'] ?? ''
  const holders = (secret: string) =>
    (['web', 'worker', 'command', 'simulator', 'build'] as const).filter((process) =>
      Object.values(environmentOf(process, all)).some((value) => value?.includes(secret)),
    )
  expect(key).toContain('PRIVATE KEY')
  expect(holders(key)).toEqual(['worker'])
  expect(holders('mail-secret')).toEqual(['worker'])
  expect(holders('metrics-secret-of-16')).toEqual(['web', 'worker'])
  expect(holders(all['AUTH_SECRET'] ?? '')).toEqual(['web', 'worker', 'command'])
  expect(holders(all['CARDZO_MERCHANT_CONTROL'] ?? '')).toEqual(['web', 'worker', 'simulator'])
  for (const process of ['web', 'command', 'simulator', 'build'] as const)
    expect(environmentOf(process, all)).toMatchObject({ CARDZO_PRIVATE_KEY: '', CARDZO_PRIVATE_KEY_FILE: '' })

  expect(readEnv(environmentOf('web', all), 'web')).toMatchObject({ demoMailbox: false, smtp: null })
  expect(readEnv(environmentOf('worker', all), 'worker').smtp?.url).toContain('mail-secret')
  expect(readEnv(environmentOf('command', all), 'command').cardzo.privateKeyPem).toBeUndefined()
  expect(readSimulatorEnv(environmentOf('simulator', all))).toMatchObject({ ok: true })
})
