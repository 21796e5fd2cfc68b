// A receiver's destinations: saved, cooling off, released by somebody else, and shown in full only once. One file for one life.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { codeFor, expect, signInByForm, test } from './support/fixtures.ts'
import { approve, freshAmount, headline, referenceOn, shownAmount } from './support/payouts.ts'
import { admin, createPerson, logFolder } from './support/stack.ts'

let made = 0
/** An account that nobody was paid to before, and that triggers no scenario. */
const freshAccount = () => `GB29NWBK${Date.now()}${10 + (made++ % 80)}`

/** A receiver of this test alone. */
async function newReceiver(environment: Parameters<typeof createPerson>[0]): Promise<string> {
  const email = `receiver-${Date.now()}-${made++}@e2e.example`
  await createPerson(environment, { email, role: 'receiver', name: 'Rosa Fuentes' })
  return email
}

async function typeAccount(page: Page, account: string): Promise<void> {
  await page.getByLabel('Account number').fill(account)
  await page.getByLabel('Bank name').fill('Example Bank')
}

async function request(page: Page, amount: string): Promise<void> {
  await page.getByLabel('Amount').fill(amount)
  await page.getByRole('button', { name: 'Request withdrawal' }).click()
  await expect(page).toHaveURL(/\/pay\//)
}

test('a new destination cools off, is released by an approver with a code, and is paid; the number is shown once, for a moment', async ({
  page,
  newPerson,
  signIn,
  stack,
  payouts,
  simulator,
}) => {
  const account = freshAccount()
  const last4 = account.slice(-4)
  const amount = freshAmount()
  await admin(stack.environment, ['settings:set', '--cooling-off-h', '24'])
  try {
    await signInByForm(page, await newReceiver(stack.environment))

    await page.goto('/destinations')
    await expect(page.getByText('No saved accounts yet')).toBeVisible()
    await typeAccount(page, account)
    await page.getByLabel('Nickname').fill('Salary')
    await page.getByRole('button', { name: 'Save account' }).click()
    await expect(page.getByRole('status').filter({ hasText: 'Saved' })).toContainText('Can be used from')
    const saved = page.getByRole('listitem').filter({ hasText: 'Salary' })
    await expect(saved).toContainText(last4)
    await expect(saved).toContainText('Default')

    await page.goto('/withdraw?to=default')
    await expect(page.getByRole('group', { name: 'Send it to' })).toContainText('Can be used from')
    await expect(page.getByRole('radio', { name: /^Salary/ })).toBeChecked()
    await request(page, amount)
    await expect(page.getByText('This account is new')).toBeVisible()
    await expect(page.getByText(/we’ll send the payment no earlier than .* UTC/)).toBeVisible()
    const { id, gateway } = await payouts.byReference(await referenceOn(page))
    await payouts.until(id, 'awaiting_approval')
    const statusPage = page.url()
    await page.goto('/withdrawals')
    await expect(page.getByRole('listitem').filter({ hasText: shownAmount(amount) })).toContainText(
      'This account is new: we’ll send the payment no earlier than',
    )

    const desk = await newPerson()
    await signIn(desk, 'approver')
    await approve(desk, id)
    await expect(desk.getByText('This account is new')).toBeVisible()
    expect(await simulator.order(gateway.clientOrderId)).toMatchObject({ payReceived: 0 })
    await page.goto(statusPage)
    await expect(page.getByText('once your new account is ready to use')).toBeVisible()

    const reveal = desk.getByRole('region', { name: 'Full account number' })
    await reveal.getByRole('button', { name: 'Show account number' }).click()
    await reveal.getByLabel('One-time code').fill('000000')
    await reveal.getByRole('button', { name: 'Show', exact: true }).click()
    await expect(reveal.getByText('That code isn’t right')).toBeVisible()
    await reveal.getByLabel('One-time code').fill(await codeFor('approver'))
    await reveal.getByRole('button', { name: 'Show', exact: true }).click()
    await expect(reveal.getByText(account)).toBeVisible()
    await expect(desk.getByText('Viewed the full account number.')).toBeVisible()
    await reveal.getByRole('button', { name: 'Hide' }).click()
    await expect(desk.getByText(account)).toHaveCount(0)

    await desk.getByRole('link', { name: 'Review and release the account' }).click()
    await desk.getByRole('button', { name: 'Release account' }).click()
    await expect(desk.getByRole('alert').filter({ hasText: 'Not released' })).toBeVisible()
    await desk.getByLabel('How you know it’s right').fill('Called her back.')
    await desk.getByLabel('One-time code').fill(await codeFor('approver'))
    await desk.getByRole('button', { name: 'Release account' }).click()
    await expect(
      desk.getByRole('status').filter({ hasText: 'This account is no longer waiting' }),
    ).toBeVisible()
    await payouts.until(id, 'paid')
    await expect(headline(page)).toHaveText('Paid')
    expect(await simulator.order(gateway.clientOrderId)).toMatchObject({ payReceived: 1, timesPaid: 1 })

    await page.goto('/demo/mail')
    await expect(page.getByText('A new account was added: was this you?').first()).toBeVisible()
    await expect(page.getByText('Your new account can be used now').first()).toBeVisible()

    // Another account, which somebody else added: anyone with the mail can freeze it, without signing in.
    await page.goto('/destinations')
    await typeAccount(page, freshAccount())
    await page.getByLabel('Nickname', { exact: true }).fill('Not mine')
    await page.getByRole('button', { name: 'Save account' }).click()
    await expect(page.getByRole('status').filter({ hasText: 'Saved' })).toBeVisible()
    const stranger = await newPerson()
    await stranger.goto('/demo/mail')
    const link = stranger.locator('a[href*="/freeze/"]').first()
    await stranger.goto((await link.getAttribute('href')) ?? '')
    await expect(stranger.getByText('Not mine')).toBeVisible()
    await stranger.getByRole('button', { name: 'Freeze this account' }).click()
    await expect(stranger.getByRole('status').filter({ hasText: 'This account is frozen' })).toBeVisible()
    await page.goto('/destinations')
    await expect(page.getByRole('listitem').filter({ hasText: 'Not mine' })).toContainText('Frozen')
  } finally {
    await admin(stack.environment, ['settings:set', '--cooling-off-h', '0'])
  }
})

test('a revealed account number is hidden again after a minute', async ({ page, signIn, payouts }) => {
  const account = freshAccount()
  const { id } = await payouts.awaiting({ account })
  await signIn(page, 'approver')
  await page.clock.install()
  await page.goto(`/desk/payouts/${id}`)
  const reveal = page.getByRole('region', { name: 'Full account number' })
  await reveal.getByRole('button', { name: 'Show account number' }).click()
  await reveal.getByLabel('One-time code').fill(await codeFor('approver'))
  await reveal.getByRole('button', { name: 'Show', exact: true }).click()
  await expect(reveal.getByText(account)).toBeVisible()
  await page.clock.fastForward(61_000)
  await expect(page.getByText(account)).toHaveCount(0)
  await expect(reveal.getByRole('button', { name: 'Show account number' })).toBeVisible()
})

test('a receiver renames, removes and brings back a destination, and chooses another default', async ({
  page,
  stack,
}) => {
  await signInByForm(page, await newReceiver(stack.environment))
  const [one, other] = [freshAccount(), freshAccount()]
  for (const account of [one, other]) {
    await page.goto('/destinations')
    await typeAccount(page, account)
    await page.getByRole('button', { name: 'Save account' }).click()
    await expect(page.getByRole('status').filter({ hasText: 'Saved' })).toBeVisible()
  }
  const first = page
    .getByRole('main')
    .getByRole('listitem')
    .filter({ hasText: one.slice(-4) })
  const second = page
    .getByRole('main')
    .getByRole('listitem')
    .filter({ hasText: other.slice(-4) })
  await expect(first).toContainText('Default')
  await second.getByRole('button', { name: /Make default/ }).click()
  await expect(second).toContainText('Default')
  await second.getByText('Rename').click()
  await second.getByLabel('New nickname').fill(other)
  await second.getByRole('button', { name: 'Save nickname' }).click()
  await expect(second.getByText('Don’t include the whole account number')).toBeVisible()
  await second.getByLabel('New nickname').fill('Holidays')
  await second.getByRole('button', { name: 'Save nickname' }).click()
  await expect(second.getByRole('heading', { name: 'Holidays' })).toBeVisible()
  await second.getByRole('button', { name: 'Remove Holidays' }).click()
  await expect(second).toHaveCount(1)
  await second.getByRole('button', { name: 'Yes, remove it' }).click()
  await expect(second).toHaveCount(0)
  await expect(first).toContainText('Default')
  await typeAccount(page, other)
  await page.getByRole('button', { name: 'Save account' }).click()
  await expect(second).toContainText('Holidays')
})

const choice = (page: Page) => page.getByRole('group', { name: 'Send it to' })
const another = (page: Page) => page.getByRole('radio', { name: 'Another account' })

for (const javaScriptEnabled of [true, false])
  test(`a receiver chooses a saved account or enters another, one at a time, ${javaScriptEnabled ? 'with' : 'without'} scripts`, async ({
    newPerson,
    stack,
    payouts,
  }) => {
    const page = await newPerson({ javaScriptEnabled })
    await signInByForm(page, await newReceiver(stack.environment))
    const [one, other] = [freshAccount(), freshAccount()]
    const lastFourOf = async () => {
      const { destination } = await payouts.byReference(await referenceOn(page))
      return destination['account_number_last4']
    }
    await page.goto('/withdraw?to=default')
    // Nothing is saved, so there is no choice.
    await expect(choice(page)).toHaveCount(0)
    await typeAccount(page, one)
    await request(page, freshAmount())

    await page.goto('/withdraw?to=default')
    await expect(page.getByLabel('Account number')).toBeHidden()
    // This notice comes from the server, and moves the button.
    if (javaScriptEnabled) await expect(page.getByText('already received your last request')).toBeVisible()
    await page.getByRole('button', { name: 'Request withdrawal' }).click()
    await expect(page.getByRole('alert').filter({ hasText: 'Amount' })).toBeVisible()
    await expect(page.getByLabel('Account number')).toBeHidden()
    await request(page, freshAmount())
    expect(await lastFourOf()).toBe(one.slice(-4))

    // The bare address opens the fields, for programs that fill in each of them.
    await page.goto('/withdraw')
    await expect(another(page)).toBeChecked()
    await typeAccount(page, other)
    await choice(page).getByRole('radio').first().check()
    await expect(page.getByLabel('Account number')).toBeHidden()
    await another(page).check()
    await expect(page.getByLabel('Account number')).toHaveValue(other)
    await request(page, freshAmount())
    expect(await lastFourOf()).toBe(other.slice(-4))

    await page.goto('/destinations')
    await page
      .getByRole('button', { name: /Remove/ })
      .first()
      .click()
    await page.getByRole('button', { name: 'Yes, remove it' }).click()
    await expect(page.getByRole('main').getByRole('button', { name: /Remove/ })).toHaveCount(1)
    const withdraw = page.getByRole('link', { name: /^Withdraw to/ })
    await expect(withdraw).toHaveCount(1)
    await withdraw.click()
    await expect(choice(page).getByRole('radio').first()).toBeChecked()
  })

test('without scripts an account that was entered and then hidden is not used silently', async ({
  newPerson,
  stack,
}) => {
  const page = await newPerson({ javaScriptEnabled: false })
  await signInByForm(page, await newReceiver(stack.environment))
  await page.goto('/withdraw')
  await typeAccount(page, freshAccount())
  await request(page, freshAmount())
  await page.goto('/withdraw')
  await typeAccount(page, freshAccount())
  await choice(page).getByRole('radio').first().check()
  await page.getByLabel('Amount').fill(freshAmount())
  await page.getByRole('button', { name: 'Request withdrawal' }).click()
  await expect(page.getByRole('alert')).toContainText('You chose a saved account and entered another one')
})

test('a receiver sees what they are about to withdraw, and a closed tab loses neither the form nor the request', async ({
  newPerson,
  stack,
}) => {
  const page = await newPerson()
  const context = page.context()
  await signInByForm(page, await newReceiver(stack.environment))
  const [account, amount] = [freshAccount(), freshAmount()]
  await page.goto('/withdraw')
  await typeAccount(page, account)
  await page.getByLabel('Amount').fill(amount)
  await expect(page.locator('[data-review]')).toContainText(amount)
  await expect(page.locator('[data-review]')).toContainText(account.slice(-4))
  const form = await page.locator('input[name=formId]').inputValue()
  await page.close()

  const again = await context.newPage()
  await again.goto('/withdraw')
  await expect(again.getByText('We’ve kept your unfinished request')).toBeVisible()
  await expect(again.getByLabel('Amount')).toHaveValue(amount)
  await expect(again.getByLabel('Bank name')).toHaveValue('Example Bank')
  // Others may use the browser.
  await expect(again.getByLabel('Account number')).toHaveValue('')
  expect(await again.locator('input[name=formId]').inputValue()).toBe(form)
  expect(await again.evaluate(() => JSON.stringify(localStorage))).not.toContain(account)
  await typeAccount(again, account)
  await again.getByRole('button', { name: 'Request withdrawal' }).click()
  await expect(again).toHaveURL(/\/pay\//)
  const statusPage = again.url()
  await again.close()

  const later = await context.newPage()
  await later.goto('/withdraw')
  await expect(later.getByText('We’ve already received your last request')).toBeVisible()
  await later.getByRole('link', { name: 'View it' }).click()
  await expect(later).toHaveURL(statusPage)
})

test('no page, answer, mail or log has more than the last four characters', async ({
  page,
  newPerson,
  signIn,
  stack,
  payouts,
  api,
}) => {
  const account = freshAccount()
  await admin(stack.environment, ['settings:set', '--cooling-off-h', '24'])
  try {
    await signInByForm(page, await newReceiver(stack.environment))
    await page.goto('/withdraw')
    await typeAccount(page, account)
    await request(page, freshAmount())
  } finally {
    await admin(stack.environment, ['settings:set', '--cooling-off-h', '0'])
  }
  const statusPath = new URL(page.url()).pathname
  const { id } = await payouts.byReference(await referenceOn(page))
  await payouts.until(id, 'awaiting_approval')

  const found: string[] = []
  const look = (where: string, text: string) => {
    if (text.includes(account) || text.includes(account.slice(4, -4))) found.push(where)
    return text
  }
  const walk = async (who: string, browser: Page, paths: string[]) => {
    for (const path of paths) {
      const answer = await browser.context().request.get(path)
      const text = look(`${who} ${path}`, await answer.text())
      expect(answer.status(), path).toBe(200)
      if (path.includes(id) || path.includes('/pay/')) expect(text).toContain(account.slice(-4))
      if (!path.startsWith('/api') && !path.includes('export'))
        // What the browser requests when it goes from page to page.
        look(
          `${who} ${path} (RSC)`,
          await (await browser.context().request.get(path, { headers: { RSC: '1' } })).text(),
        )
    }
  }
  await walk('receiver', page, [
    statusPath,
    `/api${statusPath}/status`,
    '/withdrawals',
    '/withdraw?form=AAAAAAAAAAAAAAAAAAAAAA',
    '/destinations',
    '/demo/mail',
  ])
  for (const who of ['clerk', 'approver', 'admin', 'auditor'] as const) {
    const desk = await newPerson()
    await signIn(desk, who)
    await walk(who, desk, [
      `/desk/payouts/${id}`,
      '/desk',
      '/desk/payouts',
      '/desk/payouts/export',
      '/desk/destinations',
    ])
    await desk.goto('/desk/destinations')
    const ofThis = desk
      .getByRole('listitem')
      .filter({ hasText: account.slice(-4) })
      .getByRole('link')
    await walk(who, desk, [(await ofThis.getAttribute('href')) ?? ''])
  }
  for (const path of [`/api/v1/payouts/${id}`, '/api/v1/payouts?limit=100'])
    look(`api ${path}`, await (await api.get(path)).text())
  look('payout:show', JSON.stringify(await admin(stack.environment, ['payout:show', '--id', id])))
  const logs = logFolder()
  for (const file of readdirSync(logs).filter((name) => !name.startsWith('simulator')))
    look(`log ${file}`, readFileSync(join(logs, file), 'utf8'))
  expect(found).toEqual([])
})
