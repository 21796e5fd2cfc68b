// Every page, wide and on a phone, light and dark: accessible, and never wider than the screen.
import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { codeAt } from './support/codes.ts'
import { expect, sendCode, test } from './support/fixtures.ts'
import type { Person } from './support/fixtures.ts'
import type { PayoutView } from '#lib/contract/payout.ts'
import { approve, requestBody } from './support/payouts.ts'
import { accountFor } from './support/simulator.ts'
import { createPerson, password } from './support/stack.ts'

/** Serious and critical findings of axe, in words. */
async function findingsOn(page: Page, rules: 'all' | 'colours' = 'all'): Promise<string[]> {
  // Inside the page: the other way is for frames of other origins, of which we have none, and opens a second page each time.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({
    resultTypes: ['violations'],
    // The second is off unless asked for: 24 px to press, or as much room around it (WCAG 2.5.8).
    ...(rules === 'colours'
      ? { runOnly: ['color-contrast'] }
      : { rules: { 'target-size': { enabled: true } } }),
  })
  const { violations, passes } = await axe.analyze()
  if (passes.length === 0) return ['axe looked at nothing']
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html}`))
}

/** How many pixels the page is wider than the screen. */
const tooWide = (page: Page) =>
  page.evaluate(() => {
    const { scrollWidth } = document.scrollingElement ?? document.documentElement
    return Math.max(0, scrollWidth - window.innerWidth)
  })

/** Changes to dark mode; resolves when no part of the page is on its way from one colour to the other. */
async function darken(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.evaluate(async () => {
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame)
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished))
  })
}

/** Light with all rules; dark differs only in colours, which are the same on a phone. */
async function expectGoodLooks(page: Page, path: string): Promise<void> {
  const { isMobile = false } = test.info().project.use
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await page.goto(path)
  expect.soft(await tooWide(page), `${path}, pixels too wide`).toBe(0)
  // Staff's lists are long by now, and axe has checked them on the wide screen.
  if (isMobile && /^\/(desk|demo)/.test(path)) return
  expect.soft(await findingsOn(page), `${path}, light`).toEqual([])
  if (isMobile) return
  await darken(page)
  expect.soft(await findingsOn(page, 'colours'), `${path}, dark`).toEqual([])
}

// Long words and names show what breaks.
const longReceiver = {
  firstName: 'Wolfeschlegelsteinhausenbergerdorff',
  lastName: 'Keihanaikukauakahihuliheekahaunaele',
}

test('pages that anybody can open look right', async ({ page, complaints }) => {
  complaints.allow(/status of 404/)
  for (const path of [
    '/',
    '/sign-in',
    '/sign-in/link/no-such-link',
    '/pay/back',
    '/verify',
    '/verify?reference=po-nothing&code=nothing',
    '/demo/mail',
    '/demo/codes',
    '/invite/no-such-link',
    '/nowhere',
  ])
    await expectGoodLooks(page, path)
})

test("the receiver's status page looks right in every phase", async ({
  page,
  newPerson,
  signIn,
  payouts,
  simulator,
}) => {
  const desk = await newPerson()
  await signIn(desk, 'approver')
  const paid = await payouts.awaiting()
  await approve(desk, paid.id)
  const asked = await payouts.create({ scenario: 'stays-validating' })
  const declined = await payouts.create({ scenario: 'check-declined' })
  const waiting = await payouts.awaiting()
  await payouts.until(asked.id, 'checking')
  await simulator.status(asked.gateway.clientOrderId, { status: 'processing', form: true })
  await payouts.until(asked.id, 'action_required')
  await payouts.until(declined.id, 'declined')
  await payouts.until(paid.id, 'paid')
  for (const { statusUrl } of [waiting, asked, declined, paid])
    await expectGoodLooks(page, new URL(statusUrl!).pathname)
  await expectGoodLooks(page, `${new URL(paid.statusUrl!).pathname}/receipt`)
})

const pagesOf: Partial<Record<Person, string[]>> = {
  receiver: [
    '/withdraw',
    '/withdrawals',
    '/destinations',
    '/balance',
    '/account',
    '/account/password',
    '/desk',
  ],
  clerk: ['/desk/payouts/new', '/desk/balances', '/desk/balances/import'],
  auditor: [
    '/desk/callbacks',
    '/desk/callbacks?view=refused',
    '/desk/callbacks?view=missed',
    '/desk/audit',
    '/desk/reports',
    '/desk/audit?from=soon',
    '/desk/users',
    '/desk/keys',
    '/account',
    '/account/password',
    '/account/factor',
    '/account/recovery-codes',
  ],
  admin: [
    '/desk/policy',
    '/desk/settings',
    '/desk/settings/code?code=1',
    '/desk/settings/brand',
    '/desk/users',
    '/desk/users/new',
    '/desk/keys',
    '/desk/keys/new',
  ],
  approver: [
    '/desk/destinations',
    '/desk',
    '/desk?tab=others',
    '/desk/approve',
    '/desk/unknown',
    '/desk/stop',
    '/desk/payouts',
    '/desk/payouts/files?format=csv',
    '/desk/payouts?search=no-such-payout',
  ],
}

for (const [person, paths] of Object.entries(pagesOf) as [Person, string[]][])
  test(`pages of a ${person} look right`, async ({ page, signIn, payouts, complaints }) => {
    complaints.allow(/status of 403/)
    await signIn(page, person)
    await payouts.awaiting()
    for (const path of paths) await expectGoodLooks(page, path)
  })

test('a payout on the desk looks right, with an open item and with long names', async ({
  page,
  signIn,
  payouts,
  simulator,
}) => {
  const created = await payouts.awaiting({ receiver: longReceiver })
  await signIn(page, 'approver')
  await expectGoodLooks(page, `/desk/payouts/${created.id}`)
  await expectGoodLooks(page, `/desk/payouts?search=${created.id}`)
  const asked = await payouts.create({ scenario: 'stays-validating', receiver: longReceiver })
  await payouts.until(asked.id, 'checking')
  const address = `https://bank.example.net/${'a'.repeat(200)}`
  await simulator.status(asked.gateway.clientOrderId, { status: 'processing', form: address })
  await payouts.until(asked.id, 'action_required')
  await expectGoodLooks(page, `/desk/payouts/${asked.id}`)
  await expectGoodLooks(page, '/desk')
})

test('a word of 64 letters never makes a page scroll sideways', async ({ page, api, signIn, payouts }) => {
  const word = 'W'.repeat(64)
  const made = await api.post('/api/v1/payouts', {
    headers: { 'Idempotency-Key': `${word}${Date.now()}` },
    data: {
      ...requestBody(),
      receiver: {
        externalId: `${word}${Date.now()}`,
        email: `${word}@e2e.example`,
        firstName: word.slice(0, 50),
        lastName: word.slice(0, 50),
      },
      destination: { account_number: accountFor('approve'), bank_name: word },
      description: word,
      metadata: { [word]: word },
    },
  })
  const { id, statusUrl, receiver } = (await made.json()) as PayoutView
  await payouts.until(id, 'awaiting_approval')
  const narrow = async (paths: string[]) => {
    for (const path of paths) {
      await page.goto(path)
      expect.soft(await tooWide(page), `${path}, pixels too wide`).toBe(0)
    }
  }
  await signIn(page, 'clerk')
  await narrow([
    `/desk/receivers/${receiver.id}`,
    `/desk/receivers/${receiver.id}/change`,
    `/desk/balances/${receiver.id}`,
    '/desk/balances',
  ])
  // The page that is open would ask on without a session.
  await page.goto('about:blank')
  await page.context().clearCookies()
  await signIn(page, 'approver')
  await narrow(['/desk?tab=mine', '/desk/payouts', `/desk/payouts/${id}`])
  await page.goto('/desk?tab=mine&select=all')
  await page.getByRole('button', { name: 'Review selected' }).click()
  await expect(page).toHaveURL(/\/desk\/approve\?p=/)
  expect.soft(await tooWide(page), 'the set to approve, pixels too wide').toBe(0)
  await page.goto(`/desk/payouts/${id}`)
  await page.getByLabel('Reason').fill(word)
  await page.getByRole('button', { name: 'Reject', exact: true }).click()
  await expect(page.getByRole('status').filter({ hasText: 'Rejected' })).toBeVisible()
  await narrow([`/desk/payouts/${id}`, new URL(statusUrl!).pathname, '/demo/mail'])
  // Between phone and wide screen, and at 200 %, the list of payouts is cards.
  for (const width of [640, 720, 768, 900, 1024]) {
    await page.setViewportSize({ width, height: 800 })
    await narrow(['/desk/payouts'])
    const overlapping = await page.getByRole('row').evaluateAll((rows) =>
      rows.some((row) => {
        const boxes = [...row.children]
          .map((cell) => cell.getBoundingClientRect())
          .filter(({ width }) => width > 0)
        return boxes.some((a, index) =>
          boxes
            .slice(index + 1)
            .some(
              (b) =>
                a.right > b.left + 1 && b.right > a.left + 1 && a.bottom > b.top + 1 && b.bottom > a.top + 1,
            ),
        )
      }),
    )
    expect.soft(overlapping, `cells at ${width} px lie over each other`).toBe(false)
  }
})

test('a set of payouts to approve looks right', async ({ page, signIn, payouts }) => {
  for (let n = 0; n < 3; n += 1) await payouts.awaiting({ receiver: longReceiver })
  await signIn(page, 'approver')
  await page.goto('/desk?tab=mine&select=all')
  await page.emulateMedia({ forcedColors: 'active' })
  const edges = await page
    .locator('main [aria-current]')
    .evaluateAll((all) => all.map((one) => getComputedStyle(one).outlineStyle))
  expect(edges, 'the current tab has an edge where colours are forced').toEqual(['solid'])
  await page.emulateMedia({ forcedColors: null })
  await page.getByRole('button', { name: 'Review selected' }).click()
  await expect(page).toHaveURL(/\/desk\/approve\?p=/)
  await expectGoodLooks(page, page.url().slice(new URL(page.url()).origin.length))
})

test('a withdrawal form that was refused looks right', async ({ page, signIn }) => {
  await signIn(page, 'receiver')
  await page.goto('/withdraw')
  await page.getByRole('button', { name: 'Request withdrawal' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'Amount' })).toBeVisible()
  expect(await findingsOn(page)).toEqual([])
  expect(await tooWide(page)).toBe(0)
})

test("the bank's form and the order behind it look right in the simulator", async ({
  page,
  payouts,
  simulator,
}) => {
  const asked = await payouts.create({ scenario: 'stays-validating' })
  await payouts.until(asked.id, 'checking')
  await simulator.status(asked.gateway.clientOrderId, { status: 'processing', form: true })
  const { redirectUrl, gateway } = await payouts.until(asked.id, 'action_required')
  for (const address of [redirectUrl!, `${simulator.url}/orders/${gateway.orderId!}`])
    await expectGoodLooks(page, address)
})

test("an administrator's page of one person, and of one act, look right", async ({
  page,
  signIn,
  database,
}) => {
  const [user] = await database.rows<{ id: string }>(
    "SELECT id FROM app_user WHERE role = 'approver' LIMIT 1",
  )
  await signIn(page, 'admin')
  for (const act of ['', '/role', '/person', '/disable'])
    await expectGoodLooks(page, `/desk/users/${user!.id}${act}`)
})

test('the way to a second factor looks right', async ({ page, stack }) => {
  const person = { email: `looks-${Date.now()}@e2e.example`, role: 'clerk', name: 'Lou Looks' }
  await createPerson(stack.environment, person)
  await page.goto('/sign-in')
  await page.getByLabel('Email', { exact: true }).fill(person.email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page).toHaveURL(/\/sign-in\/set-up$/)
  await expectGoodLooks(page, '/sign-in/set-up')
  const secret = (await page.locator('[data-secret]').getAttribute('data-secret'))!
  await sendCode(page, codeAt(secret))
  await expect(page.getByLabel('Your recovery codes')).toBeVisible()
  expect(await findingsOn(page)).toEqual([])
  expect(await tooWide(page)).toBe(0)
})
