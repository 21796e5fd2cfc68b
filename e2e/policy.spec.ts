// The policy changes by two administrators, and a payout is decided by the one it started with. So do settings and brand.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import type { Holder } from './support/codes.ts'
import { codeFor, expect, signInByForm, test } from './support/fixtures.ts'
import type { Database } from './support/fixtures.ts'
import { pressApprove } from './support/payouts.ts'
import { confirmPolicy } from './support/policy.ts'
import { admin, createPerson, password, people } from './support/stack.ts'
import type { RunningStack } from './support/stack.ts'

/** A second administrator, for this test only. */
async function secondAdmin(stack: RunningStack) {
  const person = {
    email: `${randomUUID()}@e2e.example`,
    role: 'admin',
    name: 'Berta Admin',
    totpSecret: 'E2EADMINBBBBBBBB',
  }
  await createPerson(stack.environment, person)
  return person
}

const euro = (page: Page) => page.getByRole('group', { name: /^EUR rule 1$/ })
const openEuro = async (page: Page) => {
  const button = page.getByRole('button', { name: 'Add a rule for EUR' })
  if (!(await button.isVisible())) await page.locator('summary').filter({ hasText: /^EUR$/ }).click()
  return button
}

test('one administrator proposes a policy, settings and a brand, another confirms; then a payout needs two approvers and says why', async ({
  page,
  newPerson,
  signIn,
  payouts,
  stack,
  database,
}) => {
  const berta = await secondAdmin(stack)
  const old = await payouts.awaiting({ amount: '905.10' })
  await signIn(page, 'admin')
  await page.goto('/desk/policy')
  await (await openEuro(page)).click()
  const rule = euro(page)
  await rule.getByLabel('Name').fill('Large')
  await rule.getByLabel('From this amount').fill('900.001')
  await rule.getByLabel('Needs').selectOption('2 approvers')

  // Each error is beside its field, and nothing typed is lost.
  await page.getByRole('button', { name: 'Try on the last 90 days' }).click()
  await expect(rule.getByLabel('From this amount')).toHaveAttribute('aria-invalid', 'true')
  await expect(rule.getByLabel('Name')).toHaveValue('Large')
  await rule.getByLabel('From this amount').fill('900')
  await page.getByRole('button', { name: 'Try on the last 90 days' }).click()
  const tried = page.getByRole('status', { name: 'Rehearsal' })
  await expect(tried).toContainText('From 900.00 EUR: 2 approvers.')
  await expect(tried.getByRole('row').filter({ hasText: 'EUR · 2 approvers' })).toBeVisible()

  await page.getByLabel('Reason for the change').fill('The auditors asked for it')
  // No approver is an administrator too, so nobody could meet such a rule. Refused before the code is looked at.
  await rule.getByLabel('At least one must also be').selectOption('An administrator')
  await page.getByLabel('One-time code').fill('000000')
  await page.getByRole('button', { name: 'Propose change' }).click()
  await expect(page.getByText('No approver has the role that a rule asks for')).toBeVisible()
  // One of the two approvers enters payouts too, by a second account.
  const clerk = await beatriceAsClerk(stack, database)
  await rule.getByLabel('At least one must also be').selectOption('A clerk')
  await page.getByLabel('One-time code').fill(await codeFor('admin'))
  await page.getByRole('button', { name: 'Propose change' }).click()
  const proposal = page.getByRole('region', { name: 'A change is waiting for a second administrator' })
  await expect(proposal).toContainText('The auditors asked for it')
  await expect(proposal).toContainText('From 900.00 EUR: 2 approvers.')
  // The person who proposed it can't confirm it, and nothing is in force yet.
  await expect(proposal.getByRole('button', { name: 'Confirm' })).toHaveCount(0)
  await expect(proposal.getByText('Withdraw this proposal')).toBeVisible()
  const inForce = page.getByRole('region', { name: 'In force' })
  await expect(inForce).not.toContainText('Large')

  const other = await newPerson()
  await signInByForm(other, berta.email, password, berta.totpSecret)
  await other.goto('/desk/policy')
  await other.getByRole('button', { name: 'Confirm', exact: true }).click()
  await expect(other.getByLabel('One-time code')).toHaveAttribute('aria-invalid', 'true')
  await confirmPolicy(other, berta)
  await expect(other.getByRole('region', { name: 'In force' })).toContainText('From 900.00 EUR: 2 approvers.')
  await expect(other.getByRole('region', { name: 'History' })).toContainText('Confirmed by Berta Admin')

  const created = await payouts.awaiting({ amount: '905.20' })
  const desk = await newPerson()
  await signIn(desk, 'approver')
  await desk.goto(`/desk/payouts/${created.id}`)
  await expect(desk.getByText('0 of 2 approvals')).toBeVisible()
  await expect(desk.getByText('From 900.00 EUR.')).toBeVisible()
  await expect(desk.getByText('At least one must also be a clerk.')).toBeVisible()
  // Without her nobody could approve it, and that is said before she leaves.
  await page.goto(`/desk/users/${clerk.approverId}/disable`)
  const blocked = page.getByText('These payouts would have too few approvers:').locator('..')
  await expect(blocked.locator(`a[href="/desk/payouts/${created.id}"]`)).toHaveText(/^905\.20 EUR to /)
  await pressApprove(desk, 'approver')
  await expect(desk.getByText('1 of 2 approvals')).toBeVisible()
  const second = await newPerson()
  await signIn(second, 'otherApprover')
  await second.goto(`/desk/payouts/${created.id}`)
  await pressApprove(second, 'otherApprover')
  await payouts.until(created.id, 'paid')
  // The earlier payout still needs one approval.
  await desk.goto(`/desk/payouts/${old.id}`)
  await expect(desk.getByText('0 of 1 approval')).toBeVisible()

  // Put back for other tests.
  await page.goto('/desk/policy')
  await openEuro(page)
  await page.getByRole('button', { name: 'Remove “Large”' }).click()
  await expect(euro(page)).toHaveCount(0)
  await page.getByLabel('Reason for the change').fill('As before')
  await page.getByLabel('One-time code').fill(await codeFor('admin'))
  await page.getByRole('button', { name: 'Propose change' }).click()
  await expect(proposal).toContainText('As before')
  await confirmPolicy(other, berta)
  await expect(other.getByRole('region', { name: 'In force' })).not.toContainText('Large')

  await settingsByTwo(page, other, berta)
  await brandByTwo(page, other, berta, `${new URL(created.statusUrl!).pathname}/receipt/pdf`)
  // As before, for other tests; the servers hear of it.
  await database.rows('DELETE FROM brand')
  await admin(stack.environment, ['settings:set', '--remind-before-h', '24'])
  await admin(stack.environment, ['user:disable', '--email', berta.email])
  await admin(stack.environment, ['user:disable', '--email', clerk.email])
})

/** A clerk's account of the person who is the stack's second approver. */
async function beatriceAsClerk(stack: RunningStack, database: Database) {
  const email = `${randomUUID()}@e2e.example`
  await createPerson(stack.environment, { email, role: 'clerk', name: 'Beatrice Clerk' })
  const [row] = await database.rows<{ id: string }>(
    `UPDATE app_user clerk SET person_id = approver.person_id FROM app_user approver
    WHERE clerk.email = $1 AND approver.email = $2 RETURNING approver.id`,
    [email, people.otherApprover.email],
  )
  return { email, approverId: row!.id }
}

/** The proposal that waits on the page of settings, which its proposer can't confirm and `other` does. */
async function confirmSettings(page: Page, other: Page, who: Holder, says: string): Promise<void> {
  await expect(page).toHaveURL(/\/desk\/settings$/)
  const proposal = page.getByRole('region', { name: 'A change is waiting for a second administrator' })
  await expect(proposal).toContainText(says)
  await expect(proposal.getByRole('button', { name: 'Confirm' })).toHaveCount(0)
  await other.goto('/desk/settings')
  const waiting = other.getByRole('region', { name: 'A change is waiting for a second administrator' })
  await expect(waiting).toContainText(says)
  await waiting.getByLabel('One-time code').fill(await codeFor(who))
  await waiting.getByRole('button', { name: 'Confirm', exact: true }).click()
  await expect(waiting).toHaveCount(0)
}

async function settingsByTwo(page: Page, other: Page, who: Holder): Promise<void> {
  await page.goto('/desk/settings')
  const form = page.getByRole('region', { name: 'Propose a change' })
  const field = form.getByLabel('Approvers are reminded before that (hours)')
  await field.fill('soon')
  await form.getByLabel('Reason').fill('Nobody reads it a day before')
  await form.getByLabel('One-time code').fill(await codeFor('admin'))
  await form.getByRole('button', { name: 'Propose to another administrator' }).click()
  await expect(field).toHaveAttribute('aria-invalid', 'true')
  await expect(form.getByLabel('Reason')).toHaveValue('Nobody reads it a day before')
  await field.fill('12')
  await form.getByLabel('One-time code').fill(await codeFor('admin'))
  await form.getByRole('button', { name: 'Propose to another administrator' }).click()
  await confirmSettings(page, other, who, 'Nobody reads it a day before')
  const history = other.getByRole('region', { name: 'History' })
  await expect(history).toContainText('Confirmed by Berta Admin')
  await other.goto('/desk/settings')
  await expect(other.getByLabel('Approvers are reminded before that (hours)')).toHaveValue('12')
}

const notes = { name: 'logo.png', mimeType: 'image/png', buffer: Buffer.from('not a picture') }

/** The PNG of 32 pixels in the portal's own icon. */
function logo() {
  const icon = readFileSync('public/favicon.ico')
  return { name: 'logo.png', mimeType: 'image/png', buffer: icon.subarray(icon.readUInt32LE(18)) }
}

/** With a picture and a colour, which receivers then see, in the receipt of a payout too. */
async function brandByTwo(page: Page, other: Page, who: Holder, receiptPdf: string): Promise<void> {
  await page.goto('/desk/settings/brand')
  await page.getByLabel('Name', { exact: true }).fill('Corner Shop')
  await page.getByLabel('Color, light theme').fill('#0a5c55')
  await page.getByLabel('Logo').setInputFiles(notes)
  await page.getByLabel('Reason').fill('We have a name now')
  await page.getByLabel('One-time code').fill(await codeFor('admin'))
  await page.getByRole('button', { name: 'Propose to another administrator' }).click()
  await expect(page.getByText('Choose a PNG or WebP picture.')).not.toHaveCount(0)
  await page.getByLabel('Logo').setInputFiles(logo())
  await page.getByLabel('One-time code').fill(await codeFor('admin'))
  await page.getByRole('button', { name: 'Propose to another administrator' }).click()
  await confirmSettings(page, other, who, 'We have a name now')
  await expect(async () => {
    await page.goto('/verify')
    await expect(page).toHaveTitle(/Corner Shop/, { timeout: 500 })
    const logo = page.locator('img[src^="/api/brand/logo/"]')
    expect(await logo.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(32)
  }).toPass({ timeout: 10_000 })
  const pdf = await page.request.get(receiptPdf)
  expect(pdf.headers()['content-type']).toBe('application/pdf')
  expect((await pdf.body()).toString('latin1')).toContain('/Subtype /Image')
}

test('a policy is proposed and withdrawn without scripts', async ({ newPerson, signIn }) => {
  const page = await newPerson({ javaScriptEnabled: false })
  await signIn(page, 'admin')
  await page.goto('/desk/policy')
  await (await openEuro(page)).click()
  const rule = euro(page)
  await rule.getByLabel('Name').fill('Desk')
  await rule.getByLabel('From this amount').fill('10')
  await rule.getByLabel('Requested').selectOption('At the desk')
  // Enter in a field only rehearses it.
  await rule.getByLabel('Name').press('Enter')
  await expect(page.getByRole('status', { name: 'Rehearsal' })).toContainText(
    'requested at the desk: 2 approvers',
  )
  await expect(rule.getByLabel('Requested')).toHaveValue('desk')
  await page.getByRole('button', { name: 'Propose change' }).click()
  await expect(page.getByRole('alert')).toContainText('Reason for the change')
  await page.getByLabel('Reason for the change').fill('Clerks work in pairs')
  await page.getByLabel('One-time code').fill(await codeFor('admin'))
  await page.getByRole('button', { name: 'Propose change' }).click()
  const proposal = page.getByRole('region', { name: 'A change is waiting for a second administrator' })
  await expect(proposal).toContainText('Clerks work in pairs')
  await proposal.getByText('Withdraw this proposal').click()
  await proposal.getByRole('button', { name: 'Withdraw proposal' }).click()
  await expect(proposal).toHaveCount(0)
  await expect(page.getByRole('region', { name: 'History' })).toContainText('Withdrawn by Adrian Admin')
})

test('an admin works through the checklist of a new installation without scripts', async ({
  newPerson,
  signIn,
  database,
}) => {
  await database.rows('DELETE FROM first_run')
  const page = await newPerson({ javaScriptEnabled: false })
  await signIn(page, 'admin')
  await page.goto('/desk')
  // Not beside the demo mailbox.
  await expect(page.getByRole('heading', { name: 'Before real money' })).toHaveCount(0)
  await page.goto('/desk/settings')
  await page.getByRole('link', { name: 'Checklist of a new installation' }).click()
  const [mail, backup] = [page.locator('#mail'), page.locator('#backup')]
  await expect(mail).toContainText('Here emails go to the demo mailbox.')
  await page.getByRole('button', { name: 'Send a test email to me' }).click()
  await expect(mail).toContainText('To do')
  await page.getByRole('button', { name: 'Confirm the backup' }).click()
  await expect(backup).toContainText('Tick the box first.')
  await page.getByRole('checkbox', { name: 'We have a backup and tried to restore it' }).check()
  await page.getByRole('button', { name: 'Confirm the backup' }).click()
  await expect(backup).toContainText('Adrian Admin confirmed it.')
  await expect(backup).toContainText('Done')
  await page.goto('/demo/mail')
  await expect(page.getByText('Test email from your payout portal').first()).toBeVisible()
})

test('the old address leads to the new one for good, signed in or not', async ({
  newPerson,
  signIn,
  stack,
}) => {
  const page = await newPerson()
  const open = (path: string) => page.request.get(path, { maxRedirects: 0 })
  for (const [old, now] of [
    ['/desk/rules', '/desk/policy'],
    ['/desk/rules/7?x=1', '/desk/policy/7?x=1'],
  ] as const) {
    const answer = await open(old)
    expect(answer.status()).toBe(308)
    expect(new URL(answer.headers()['location'] ?? '', stack.appUrl).href).toBe(
      new URL(now, stack.appUrl).href,
    )
    expect(answer.headers()['cache-control']).toContain('no-store')
  }
  expect((await open('/desk/policy')).status()).toBe(307)
  await signIn(page, 'admin')
  expect((await open('/desk/rules')).status()).toBe(308)
  await page.goto('/desk/rules')
  await expect(page).toHaveURL('/desk/policy')
  await expect(page.getByRole('heading', { name: 'Policy', exact: true })).toBeVisible()
})
