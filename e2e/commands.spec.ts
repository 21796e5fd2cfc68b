// The operator's command line (docs/commands.md#the-operators-command-line), and how every process refuses a bad environment.
import { randomUUID } from 'node:crypto'
import { expect, signInByForm, test } from './support/fixtures.ts'
import { people, run } from './support/stack.ts'
import type { Variables } from './support/stack.ts'

/** `npm run --silent admin -- …`, exactly as an operator types it. */
const type = (environment: Variables, args: string[], input = '') =>
  run('npm', ['run', '--silent', 'admin', '--', ...args], environment, input)

test('an operator creates a person, changes the password and disables the account', async ({
  page,
  stack,
}) => {
  const email = `operator-test-${randomUUID()}@e2e.example`
  // As an authenticator shows it: in groups, in any case.
  const totpSecret = 'OTTOOTTOOTTOOTTO'
  const create = ['user:create', '--email', email, '--role', 'clerk', '--name', 'Otto']
  const created = await type(stack.environment, [
    ...create,
    ...['--password', 'the first long password', '--totp-secret', 'otto otto otto otto'],
  ])
  expect(created).toMatchObject({ code: 0, stderr: '' })
  const { id, ...nothingElse } = JSON.parse(created.stdout) as { id: string }
  expect(id).toMatch(/^[0-9a-f-]{36}$/)
  expect(nothingElse).toEqual({})
  await signInByForm(page, email, 'the first long password', totpSecret)
  await page.goto('/desk')

  const changed = await type(
    stack.environment,
    ['user:set-password', '--email', email, '--password-stdin'],
    'the second long password\n',
  )
  expect(JSON.parse(changed.stdout)).toEqual({ id })
  // Every session ends at once.
  await page.goto('/desk')
  await expect(page).toHaveURL(/\/sign-in/)
  await signInByForm(page, email, 'the second long password', totpSecret)
  const disabled = await type(stack.environment, ['user:disable', '--email', email])
  expect(JSON.parse(disabled.stdout)).toMatchObject({ id })
  await page.goto('/desk')
  await expect(page).toHaveURL(/\/sign-in/)
})

test('an operator shows a payout with its timeline, and revokes its link', async ({
  page,
  stack,
  payouts,
  complaints,
}) => {
  complaints.allow(/status of 404/)
  const payout = await payouts.awaiting()
  const shown = await type(stack.environment, ['payout:show', '--id', payout.id])
  const { timeline, ...view } = JSON.parse(shown.stdout) as { timeline: { kind: string }[] }
  expect(view).toMatchObject({ id: payout.id, gateway: payout.gateway, statusUrl: payout.statusUrl })
  expect(timeline.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['requested', 'check_answered', 'status_answered']),
  )
  expect(shown.stdout).not.toContain('DE8937040044053201009921')
  await page.goto(payout.statusUrl!)
  expect((await type(stack.environment, ['link:revoke', '--id', payout.id])).code).toBe(0)
  expect((await page.reload())?.status()).toBe(404)
  expect((await payouts.get(payout.id)).statusUrl).toBeNull()
})

test('a failing command says so on standard error, and prints nothing on standard output', async ({
  stack,
}) => {
  const wrong: [args: string[], says: RegExp][] = [
    [[], /Name a command/],
    [['payout:pay', '--id', randomUUID()], /There is no command/],
    [['user:create', '--email', 'x@e2e.example'], /--role/],
    [
      ['user:create', '--email', 'x@e2e.example', '--role', 'king', '--password', 'long enough password'],
      /--role must be one of/,
    ],
    [
      ['user:create', '--email', people.clerk.email, '--role', 'clerk', '--password', 'long enough password'],
      /already exists/,
    ],
    [['user:create', '--email', 'y@e2e.example', '--role', 'clerk', '--password', 'short'], /password/],
    [['user:disable', '--email', 'nobody@e2e.example'], /doesn’t exist/],
    [['policy:set', '--currency', 'EUR', '--auto-approve-below', '-1'], /./],
    [['payout:show', '--id', 'nothing'], /doesn’t exist/],
    [['api-key:revoke', '--id', randomUUID()], /doesn’t exist/],
  ]
  for (const [args, says] of wrong) {
    const ended = await run(process.execPath, ['lib/cli/admin.ts', ...args], stack.environment)
    expect.soft(ended.code, args.join(' ')).not.toBe(0)
    expect.soft(ended.stdout, args.join(' ')).toBe('')
    expect.soft(ended.stderr, args.join(' ')).toMatch(says)
    expect.soft(ended.stderr, args.join(' ')).not.toMatch(/\n\s+at /)
  }
})

test('web server, worker and simulator refuse a bad environment and list everything that is wrong with it', async ({
  stack,
}) => {
  const bad: Variables = {
    ...stack.environment,
    PORT: 'x',
    SIMULATOR_PORT: 'x',
    APP_URL: 'portal.example',
    AUTH_SECRET: 'short',
    DATABASE_URL: 'mysql://localhost/portal',
    CARDZO_ENDPOINT_ID: '1',
    CARDZO_ENDPOINT_GROUP_ID: '2',
    CARDZO_LOGIN: '',
    CARDZO_PRIVATE_KEY: 'a secret that is no key',
    CARDZO_MERCHANT_CONTROL: '',
    CARDZO_CURRENCIES: 'EURO',
    CARDZO_REQUIRED_FIELDS: 'account_number,cvv2',
    CARDZO_TIMEOUT_MS: '-1',
    LOG_LEVEL: 'loud',
  }
  const portal = [
    'PORT',
    'APP_URL',
    'AUTH_SECRET',
    'DATABASE_URL',
    'CARDZO_ENDPOINT_GROUP_ID',
    'CARDZO_LOGIN',
    'CARDZO_PRIVATE_KEY',
    'CARDZO_MERCHANT_CONTROL',
    'CARDZO_CURRENCIES',
    'CARDZO_REQUIRED_FIELDS',
    'CARDZO_TIMEOUT_MS',
    'LOG_LEVEL',
  ]
  const simulator = [
    'SIMULATOR_PORT',
    'CARDZO_LOGIN',
    'CARDZO_MERCHANT_CONTROL',
    'CARDZO_PRIVATE_KEY',
    'LOG_LEVEL',
  ]
  const processes = {
    // Only the worker reads the key; a web server ignores it.
    'lib/web/main.ts': portal.filter((name) => name !== 'CARDZO_PRIVATE_KEY'),
    'lib/worker/main.ts': portal,
    'lib/simulator/main.ts': simulator,
  }
  for (const [script, names] of Object.entries(processes)) {
    const ended = await run(process.execPath, [script], bad)
    expect.soft(ended.code, script).toBe(1)
    for (const name of names) expect.soft(ended.stderr, script).toContain(name)
    if (script === 'lib/web/main.ts') expect.soft(ended.stderr, script).not.toContain('CARDZO_PRIVATE_KEY')
    expect.soft(ended.stderr, script).not.toContain('a secret that is no key')
    expect.soft(ended.stderr, script).not.toMatch(/\n\s+at /)
  }
})
