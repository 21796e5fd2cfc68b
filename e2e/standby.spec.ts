// Pages read from a real standby that follows a real primary, behind a web server and a worker of this test's own.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '#lib/processes/free-port.ts'
import { startPair } from '#lib/db/testing/standby.ts'
import type { Pair } from '#lib/db/testing/standby.ts'
import { codeAt } from './support/codes.ts'
import { expect, signInByForm, test } from './support/fixtures.ts'
import { connectPayouts, freshAmount, shownAmount } from './support/payouts.ts'
import {
  admin,
  createPerson,
  environmentOf,
  folderOf,
  newStack,
  password,
  settleIn,
} from './support/stack.ts'
import type { Stack } from './support/stack.ts'

// Nobody of this name is in the other stacks, so no code of theirs was used there.
const approver = {
  email: 'approver@standby.example',
  role: 'approver',
  name: 'Aster Approver',
  totpSecret: 'STANDBYAPPROVERA',
}

let pair: Pair
let beside: Stack
let appUrl = ''
let apiKey = ''

test.use({ baseURL: async ({}, use) => use(appUrl) })

test.beforeAll(async ({ stack }, { parallelIndex }) => {
  pair = await startPair()
  const port = await freePort(23_400 + 20 * parallelIndex)
  appUrl = `http://localhost:${port}`
  const folder = join(folderOf(parallelIndex), 'standby')
  mkdirSync(folder, { recursive: true })
  const environment = {
    ...stack.environment,
    DATABASE_URL: pair.primary.url,
    DATABASE_REPLICA_URL: pair.standby.url,
    // However long the test takes, the standby is never too old to be read.
    DATABASE_REPLICA_MAX_LAG_S: '600',
    MARKER_FILE: join(folder, 'marker.json'),
    PORT: String(port),
    APP_URL: appUrl,
  }
  await createPerson(environment, approver)
  await settleIn(environment)
  const { key } = await admin(environment, ['api-key:create', '--name', 'Shop'])
  apiKey = String(key)
  beside = newStack()
  beside.start('worker', environmentOf('worker', environment), { name: 'worker-with-standby' })
  const web = beside.start('web', environmentOf('web', environment), { name: 'web-with-standby' })
  await beside.untilAnswers(web, `${appUrl}/api/health/ready`)
})

test.afterAll(async () => {
  await beside.stop()
  await pair.end()
})

test('a list from a standby says how old it is, has what its reader did, and goes on when the standby dies', async ({
  page,
  playwright,
}) => {
  const api = await playwright.request.newContext({
    baseURL: appUrl,
    extraHTTPHeaders: { Authorization: `Bearer ${apiKey}` },
  })
  const payouts = connectPayouts(api)
  const [early, late] = [freshAmount(), freshAmount()]
  const { id } = await payouts.awaiting({ amount: early })
  const age = page.getByText(/^As of /)
  const row = (amount: string) => page.getByRole('main').getByText(shownAmount(amount)).first()

  await signInByForm(page, approver.email, password, approver.totpSecret)
  for (const path of ['/desk/reports', '/desk/payouts'])
    await expect(async () => {
      await page.goto(path)
      await expect(age).toBeVisible({ timeout: 1_000 })
    }, path).toPass({ timeout: 30_000 })
  await expect(row(early)).toBeVisible()

  // From here on the standby learns nothing: what it lacks shows where a page was read.
  await pair.standby.admin.query('SELECT pg_wal_replay_pause()')
  await payouts.awaiting({ amount: late })
  await page.goto('/desk/payouts')
  await expect(row(early)).toBeVisible()
  await expect(age).toBeVisible()
  await expect(row(late)).toHaveCount(0)

  // Whether a payout may be approved is never asked of a standby, and its approver finds their own act on the list.
  await page.goto(`/desk/payouts/${id}`)
  await page.getByLabel('One-time code').fill(codeAt(approver.totpSecret, 1))
  await page.getByRole('button', { name: 'Approve', exact: true }).click()
  await expect(page.getByRole('status').filter({ hasText: 'Approved' })).toBeVisible()
  await payouts.until(id, 'paid')
  await page.goto('/desk/payouts')
  await expect(row(late)).toBeVisible()
  await expect(age).toHaveCount(0)

  await pair.standby.admin.query('SELECT pg_wal_replay_resume()')
  await expect(async () => {
    await page.goto('/desk/payouts')
    await expect(age).toBeVisible({ timeout: 1_000 })
  }).toPass({ timeout: 30_000 })
  await expect(row(late)).toBeVisible()

  pair.kill()
  await page.goto('/desk/payouts')
  await expect(row(late)).toBeVisible()
  await expect(age).toHaveCount(0)
  await api.dispose()
})
