// Every page, from a phone to a very wide screen, zoomed, light and dark: accessible, never wider than the screen, and what has the focus is
// in sight. Judged at every width in one browser, because loading a page costs more than judging it.
import type { Route } from '@playwright/test'
import { codeAt } from './support/codes.ts'
import { expect, sendCode, test } from './support/fixtures.ts'
import type { Person } from './support/fixtures.ts'
import { expectGoodLooks, expectGoodLooksHere, expectNarrowEnough } from './support/looks.ts'
import type { PayoutView } from '#lib/contract/payout.ts'
import { approve, requestBody } from './support/payouts.ts'
import { accountFor } from './support/simulator.ts'
import { createPerson, password } from './support/stack.ts'

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
    '/developers',
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
  clerk: [
    '/desk/payouts/new',
    '/desk/balances',
    '/desk/balances/import',
    '/desk/batches',
    '/desk/batches/new',
    '/desk/moving/past',
  ],
  auditor: [
    '/desk/callbacks',
    '/desk/callbacks?view=changed',
    '/desk/callbacks?view=refused',
    '/desk/callbacks?view=missed',
    '/desk/audit',
    '/desk/reports',
    '/desk/audit?from=soon',
    '/desk/users',
    '/desk/keys',
    '/desk/webhooks',
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
    '/desk/endpoints',
    '/desk/endpoints?change=1',
    '/desk/settings/first-run',
    '/desk/users',
    '/desk/users/new',
    '/desk/keys',
    '/desk/keys/new',
    '/desk/webhooks',
    '/desk/webhooks/new',
    '/desk/moving',
    '/desk/moving/new',
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

test('the page that erases a receiver looks right, and before it may', async ({ page, signIn, payouts }) => {
  const ended = await payouts.create({ scenario: 'check-declined', receiver: longReceiver })
  const waiting = await payouts.awaiting()
  await payouts.until(ended.id, 'declined')
  await signIn(page, 'admin')
  for (const { receiver } of [ended, waiting])
    await expectGoodLooks(page, `/desk/receivers/${receiver.id}/erase`)
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
      await expectNarrowEnough(page, path)
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
  await expectNarrowEnough(page, 'the set to approve')
  await page.goto(`/desk/payouts/${id}`)
  await page.getByLabel('Reason').fill(word)
  await page.getByRole('button', { name: 'Reject', exact: true }).click()
  await expect(page.getByRole('status').filter({ hasText: 'Rejected' })).toBeVisible()
  await narrow([`/desk/payouts/${id}`, new URL(statusUrl!).pathname, '/demo/mail'])
  // Between phone and wide screen, and at 200 %, the list of payouts is cards.
  await narrow(['/desk/payouts'])
  for (const width of [640, 720, 768, 900, 1024]) {
    await page.setViewportSize({ width, height: 800 })
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

test('a set of payouts to approve looks right, and the balance at Cardzo that does not cover it', async ({
  page,
  signIn,
  payouts,
  simulator,
  database,
}) => {
  await simulator.balance('EUR', '0.50')
  await database.rows("UPDATE endpoint SET balance = '*' WHERE id = 1")
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
  await expect(async () => {
    await page.reload()
    await expect(page.getByText('The balance at Cardzo doesn’t cover this')).toBeVisible({ timeout: 500 })
  }).toPass({ timeout: 30_000 })
  await expectGoodLooksHere(page, '/desk/approve with a set')
  await page.goto('/desk')
  await expect(page.getByRole('heading', { name: 'Balance at Cardzo', exact: true })).toBeVisible()
  await expectGoodLooksHere(page, '/desk with a balance at Cardzo')
  await database.rows('UPDATE endpoint SET balance = NULL WHERE id = 1')
  await simulator.noBalances()
})

test('the list with some chosen looks right, and their bar never covers what has the focus', async ({
  page,
  signIn,
  payouts,
}) => {
  await payouts.awaiting()
  await signIn(page, 'approver')
  await page.goto('/desk/payouts')
  await page.getByRole('checkbox').first().check()
  await expect(page.getByRole('status').filter({ hasText: '1 selected' })).toBeVisible()
  await expectGoodLooksHere(page, '/desk/payouts with one chosen')
})

test('on a slow network a page says that it is on its way, and a button pressed twice sends once', async ({
  page,
  signIn,
}) => {
  await signIn(page, 'receiver')
  await page.goto('/withdraw')
  let gate = Promise.withResolvers<string>()
  let sent = 0
  const hold = async (route: Route) => {
    if (route.request().method() === 'POST') sent += 1
    await gate.promise
    await route.continue()
  }
  await page.route(/_rsc=|\/withdraw/, hold)
  const button = page.getByRole('button', { name: 'Request withdrawal' })
  await button.click()
  await expect(button).toHaveAttribute('aria-busy', 'true')
  await button.click({ force: true })
  await expect(button).toBeFocused()
  gate.resolve('go')
  await expect(page.getByRole('alert').filter({ hasText: 'Amount' })).toBeFocused()
  expect(sent).toBe(1)
  gate = Promise.withResolvers()
  const link = page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'My balance' })
  await link.click()
  await expect(page.locator('[data-on-the-way]')).toBeVisible()
  gate.resolve('go')
  await expect(page).toHaveURL(/\/balance$/)
  await expect(page.locator('[data-on-the-way]')).toHaveCount(0)
  // The link is still there, and keeps the focus. One that is gone leaves it to the content, so that Tab goes on from there.
  await expect(link).toBeFocused()
  await page.locator('#content').getByRole('link', { name: 'Withdraw' }).click()
  await expect(page).toHaveURL(/\/withdraw/)
  await expect(page.locator('#content')).toBeFocused()
})

test('a withdrawal form that was refused looks right', async ({ page, signIn }) => {
  await signIn(page, 'receiver')
  await page.goto('/withdraw')
  await page.getByRole('button', { name: 'Request withdrawal' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'Amount' })).toBeVisible()
  await expectGoodLooksHere(page, 'the refused withdrawal')
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
  await expectGoodLooksHere(page, '/sign-in/set-up')
  const secret = (await page.locator('[data-secret]').getAttribute('data-secret'))!
  await sendCode(page, codeAt(secret))
  await expect(page.getByLabel('Your recovery codes')).toBeVisible()
  await expectGoodLooksHere(page, 'the recovery codes')
})
