// A tab that stays open during an update, and two builds of one commit.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { sourceStamp } from '#lib/processes/build.ts'
import { expect, test } from './support/fixtures.ts'

const updated = 'We’ve updated this page'
/** Looks like an action's id, but is not one of this build. */
const gone = `7f${'0'.repeat(40)}`
const withdrawForm = '/withdraw?form=CCCCCCCCCCCCCCCCCCCCCC'

test('two builds of one commit agree: ids of actions depend only on the sources', async () => {
  const manifest = JSON.parse(readFileSync('.next/server/server-reference-manifest.json', 'utf8')) as {
    encryptionKey: string
    node: Record<string, { filename: string; exportedName: string }>
  }
  const key = createHash('sha256').update('cardzo-payout-portal server actions').digest('base64')
  expect(manifest.encryptionKey).toBe(key)
  for (const [id, { filename, exportedName }] of Object.entries(manifest.node))
    expect(id.slice(2)).toBe(createHash('sha1').update(`${key}${filename}:${exportedName}`).digest('hex'))
  expect(readFileSync('.next/BUILD_ID', 'utf8')).toBe((await sourceStamp()).slice(0, 32))
})

test('a form of the previous version says so, and what was typed is back after reloading', async ({
  page,
  signIn,
  complaints,
}) => {
  complaints.allow(/status of 409|UnrecognizedActionError/)
  await signIn(page, 'receiver')
  await page.goto(withdrawForm)
  await page.getByLabel('Amount').fill('12.34')
  await page.getByLabel('Account number').fill('DE89370400440532013000')
  await page.route('**/withdraw*', (route) => {
    const headers = route.request().headers()
    return route.continue({
      headers: { ...headers, ...('next-action' in headers && { 'next-action': gone }) },
    })
  })
  await page.getByRole('button', { name: 'Request withdrawal' }).click()
  await expect(page.getByRole('heading', { name: updated })).toBeVisible()
  await expect(page.getByText('12.34')).toBeVisible()
  await page.unroute('**/withdraw*')
  await page.getByRole('button', { name: 'Reload the page' }).click()
  await expect(page.getByLabel('Amount')).toHaveValue('12.34')
  await expect(page.getByLabel('Account number')).toHaveValue('DE89370400440532013000')
})

test('an open page of the desk says that a new version is here, waits for the person, and gives back what was typed', async ({
  page,
  payouts,
  signIn,
}) => {
  await signIn(page, 'approver')
  const { id } = await payouts.awaiting()
  await page.goto(`/desk/payouts/${id}`)
  const line = page.locator('[aria-live=polite]').filter({ hasText: 'A new version is here' })
  /** As after an hour in another tab. */
  const comeBack = async (timeout = 20_000) => {
    const asked = page.waitForResponse('**/api/health/live', { timeout })
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    await asked
  }
  const real = await page.request.head('/api/health/live')
  expect(real.headers()['x-portal-version']).toBe(readFileSync('.next/BUILD_ID', 'utf8').slice(0, 12))
  // The page may not listen yet; by itself it would ask after a minute.
  await expect(() => comeBack(1_000)).toPass()
  await comeBack()
  await expect(line).toHaveCount(0)

  await page.route('**/api/health/live', (route) =>
    route.fulfill({ json: { live: true }, headers: { 'X-Portal-Version': 'another' } }),
  )
  // Old and new servers may answer in turn; one answer is not enough.
  await comeBack()
  await expect(line).toHaveCount(0)
  await comeBack()
  await expect(line).toBeVisible()

  // The approver's, beside the field for a note to colleagues.
  const note = page.locator('#note')
  await note.fill('called the receiver')
  const sinceLoaded = () => page.evaluate(() => performance.timeOrigin)
  const before = await sinceLoaded()
  // Whatever the server tells the page now, it neither refreshes nor loads.
  const refreshes: string[] = []
  page.on('request', (request) => {
    if (request.headers()['rsc'] !== undefined) refreshes.push(request.url())
  })
  await page.getByRole('heading', { level: 1 }).click()
  await comeBack()
  expect(await sinceLoaded()).toBe(before)
  expect(refreshes).toEqual([])
  await expect(note).toHaveValue('called the receiver')

  await page.unroute('**/api/health/live')
  await line.getByRole('button', { name: 'Reload' }).click()
  await expect.poll(sinceLoaded).not.toBe(before)
  await expect(note).toHaveValue('called the receiver')
  await expect(line).toHaveCount(0)
})

test('without scripts it says so too, and shows what was typed for copying', async ({
  newPerson,
  complaints,
}) => {
  complaints.allow(/status of 409/)
  const page = await newPerson({ javaScriptEnabled: false })
  await page.goto('/sign-in')
  await page.getByLabel('Email').first().fill('ada@x.example')
  await page.getByLabel('Password').fill('a secret word')
  await page.route('**/sign-in', (route) => {
    const body = route
      .request()
      .postData()
      ?.replaceAll(/7[0-9a-f]{41}/g, gone)
    return route.continue(body === undefined ? {} : { postData: body })
  })
  const answer = page.waitForResponse((response) => response.request().method() === 'POST')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  expect((await answer).status()).toBe(409)
  // The listener's own page (lib/web/plain-answer.ts).
  const title = 'We’ve updated this page while it was open'
  await expect(page.getByRole('heading', { name: title })).toBeVisible()
  await expect(page.getByText('ada@x.example')).toBeVisible()
  await expect(page.getByText('a secret word')).toHaveCount(0)
  await page.getByRole('link', { name: 'Open the page again' }).click()
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible()
})
