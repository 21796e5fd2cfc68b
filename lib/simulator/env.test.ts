import { spawn } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import kat from '#lib/cardzo/kat.json' with { type: 'json' }
import { readSimulatorEnv } from './env.ts'
import { eventually } from './testing/merchant.ts'

const good = {
  CARDZO_LOGIN: 'test-login',
  CARDZO_MERCHANT_CONTROL: 'control-key',
  CARDZO_PRIVATE_KEY: kat.testKey.privatePkcs8Pem,
}

describe('the environment of the simulator', () => {
  it('has defaults for everything but the merchant', () => {
    expect(readSimulatorEnv({ ...good, SIMULATOR_PORT: '' })).toMatchObject({
      ok: true,
      options: {
        port: 4000,
        host: '127.0.0.1',
        basePath: '/paynet',
        merchant: { endpoint: null, requiredFields: [] },
      },
    })
  })
  it('takes base path, endpoint and required fields from the variables of the portal', () => {
    const env = readSimulatorEnv({
      ...good,
      CARDZO_API_URL: 'http://127.0.0.1:4000/a/b',
      CARDZO_ENDPOINT_GROUP_ID: '77',
      CARDZO_REQUIRED_FIELDS: 'account_number, bank_name,',
    })
    const merchant = { endpoint: { groupId: '77' }, requiredFields: ['account_number', 'bank_name'] }
    expect(env).toMatchObject({ ok: true, options: { basePath: '/a/b', merchant } })
  })
  it('has the balances that are listed, or complains', () => {
    expect(readSimulatorEnv({ ...good, SIMULATOR_BALANCES: 'EUR:250, USD:1.50' })).toMatchObject({
      options: {
        balances: [
          { currency: 'EUR', amount: '250' },
          { currency: 'USD', amount: '1.50' },
        ],
      },
    })
    for (const SIMULATOR_BALANCES of ['EUR', 'EUR:x', '250'])
      expect(readSimulatorEnv({ ...good, SIMULATOR_BALANCES })).toMatchObject({
        problems: [expect.stringContaining('SIMULATOR_BALANCES: a list such as')],
      })
  })
  it('takes nothing of a real gateway', () => {
    for (const CARDZO_API_URL of [
      'https://sandbox.example/paynet',
      'http://127.0.0.2/x',
      'https://localhost.example/x',
    ])
      expect(readSimulatorEnv({ ...good, CARDZO_API_URL })).toEqual({
        ok: false,
        problems: [expect.stringContaining('CARDZO_API_URL: is a real gateway')],
      })
    for (const host of ['localhost', '127.0.0.1', '[::1]'])
      expect(readSimulatorEnv({ ...good, CARDZO_API_URL: `http://${host}:4000/x` })).toMatchObject({
        ok: true,
      })
  })
  it('takes a key from a file, and the public half where that is all there is', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'simulator-')), 'key.pem')
    writeFileSync(file, kat.testKey.publicSpkiPem)
    const env = readSimulatorEnv({ ...good, CARDZO_PRIVATE_KEY: undefined, SIMULATOR_PUBLIC_KEY_FILE: file })
    expect(env).toMatchObject({ ok: true, options: { merchant: { keyPem: kat.testKey.publicSpkiPem } } })
  })
  it('lists every problem at once', () => {
    const env = readSimulatorEnv({
      SIMULATOR_PORT: '70000',
      CARDZO_PRIVATE_KEY: 'x',
      CARDZO_ENDPOINT_ID: '1',
      CARDZO_ENDPOINT_GROUP_ID: 'a',
    })
    const problems = env.ok ? [] : env.problems.map((problem) => /^[A-Z_]+/.exec(problem)?.[0])
    expect(problems.sort()).toEqual([
      'CARDZO_ENDPOINT_GROUP_ID',
      'CARDZO_ENDPOINT_ID',
      'CARDZO_LOGIN',
      'CARDZO_MERCHANT_CONTROL',
      'CARDZO_PRIVATE_KEY',
      'SIMULATOR_PORT',
    ])
  })
})

describe('the process', () => {
  const start = (env: Record<string, string>) => {
    const child = spawn(process.execPath, ['lib/simulator/main.ts'], {
      env: { NODE_ENV: 'test', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const heard = { out: '', error: '', code: null as number | null }
    child.stdout.on('data', (chunk: Buffer) => (heard.out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (heard.error += chunk.toString()))
    child.on('exit', (code) => (heard.code = code ?? -1))
    return { child, heard }
  }

  it('says where it listens, answers, and stops cleanly on SIGTERM', async () => {
    const { child, heard } = start({ ...good, SIMULATOR_PORT: '0' })
    const page = await eventually(() => /"page":"([^"]+)"/.exec(heard.out)?.[1])
    expect((await fetch(page)).headers.get('x-cardzo-simulator')).toBe('true')
    child.kill('SIGTERM')
    expect(await eventually(() => heard.code !== null)).toBe(true)
    expect(heard.code).toBe(0)
  })

  it('does not start on a wrong environment and says why', async () => {
    const { heard } = start({})
    await eventually(() => heard.code !== null)
    expect(heard.code).toBe(1)
    expect(heard.error).toContain('CARDZO_LOGIN')
    expect(heard.error).toContain('CARDZO_MERCHANT_CONTROL')
  })
})
