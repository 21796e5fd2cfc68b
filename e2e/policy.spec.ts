// The policy changes by two administrators, and a payout is decided by the one it started with.
import { randomUUID } from 'node:crypto'
import type { Page } from '@playwright/test'
import { codeFor, expect, signInByForm, test } from './support/fixtures.ts'
import { pressApprove } from './support/payouts.ts'
import { confirmPolicy } from './support/policy.ts'
import { admin, createPerson, password } from './support/stack.ts'
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

test('one administrator proposes, another confirms, and then a payout needs two approvers and says why', async ({
  page,
  newPerson,
  signIn,
  payouts,
  stack,
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
  await admin(stack.environment, ['user:disable', '--email', berta.email])
})

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
