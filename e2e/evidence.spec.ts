// Looking into payouts: the way through the list, notes, evidence, keys, and the inbox of callbacks.
import { readFileSync, writeFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { codeFor, expect, test } from './support/fixtures.ts'
import { approve, freshAmount, headline, shownAmount } from './support/payouts.ts'
import type { Payouts } from './support/payouts.ts'
import { admin, findStack } from './support/stack.ts'

/** Two payouts that wait, found by their receiver; the newer one is first in the list. */
async function twoWaiting(payouts: Payouts) {
  const lastName = `Through${freshAmount().replace('.', '')}`
  const receiver = { firstName: 'Dora', lastName }
  // Accounts of their own: one that others share would need two approvers.
  const account = () => `${Date.now()}-${Math.floor(Math.random() * 1e5)}-00`
  const older = await payouts.awaiting({ receiver, account: account() })
  const newer = await payouts.awaiting({ receiver, account: account() })
  return { older, newer, list: `/desk/payouts?q=${lastName}&status=awaiting_approval` }
}

const open = async (page: Page, list: string) => {
  await page.goto(list)
  await page
    .getByRole('link', { name: /^Dora Through/ })
    .first()
    .click()
  await expect(page.getByRole('link', { name: 'Back to the list' })).toBeVisible()
}

test('a decision leads on to the next payout of the list that the person came from', async ({
  page,
  signIn,
  payouts,
}) => {
  const { older, newer, list } = await twoWaiting(payouts)
  await signIn(page, 'approver')
  await open(page, list)
  await expect(headline(page)).toContainText(shownAmount(newer.amount).split(' ')[0]!)
  await page.getByRole('link', { name: 'Next' }).click()
  await expect(headline(page)).toContainText(shownAmount(older.amount).split(' ')[0]!)
  await page.getByRole('link', { name: 'Previous' }).click()
  await expect(headline(page)).toContainText(shownAmount(newer.amount).split(' ')[0]!)

  await page.getByLabel('One-time code').fill(await codeFor('approver'))
  await page.getByRole('button', { name: 'Approve', exact: true }).click()
  await expect(headline(page)).toContainText(shownAmount(older.amount).split(' ')[0]!)
  await expect(page.getByRole('status').filter({ hasText: 'You decided on' })).toContainText(
    shownAmount(newer.amount).split(' ')[0]!,
  )
  await page.getByRole('link', { name: 'Back to the list' }).click()
  await expect(page).toHaveURL(/q=Through/)
  await payouts.until(newer.id, 'paid')
})

test('keys lead through the list and to the forms, decide nothing, and can be switched off', async ({
  page,
  signIn,
  payouts,
}) => {
  const { older, newer, list } = await twoWaiting(payouts)
  await signIn(page, 'approver')
  await open(page, list)
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  // A page that has just come does not hear keys yet; people press again.
  await expect(async () => {
    await page.keyboard.press('?')
    await expect(help).toContainText('Next payout', { timeout: 2000 })
  }).toPass({ timeout: 20_000 })
  await page.keyboard.press('j')
  await expect(help).toBeVisible()
  await help.getByRole('button', { name: 'Close' }).click()
  const pressUntilAt = ({ amount }: { amount: string }, key: string) =>
    expect(async () => {
      await page.keyboard.press(key)
      await expect(headline(page)).toContainText(shownAmount(amount).split(' ')[0]!, { timeout: 2000 })
    }).toPass({ timeout: 20_000 })
  await pressUntilAt(older, 'j')
  await pressUntilAt(newer, 'k')

  await page.keyboard.press('n')
  const note = page.getByRole('region', { name: 'Notes' }).getByRole('textbox', { name: 'Note' })
  await expect(note).toBeFocused()
  // Letters in a field are letters.
  await page.keyboard.type('jar?')
  await expect(note).toHaveValue('jar?')
  await page.getByRole('heading', { name: 'Decision' }).click()
  await page.keyboard.press('a')
  await expect(page.locator('#approve').getByRole('textbox', { name: 'Note' })).toBeFocused()
  await page.getByRole('heading', { name: 'Decision' }).click()
  await page.keyboard.press('r')
  await expect(page.getByLabel('Template')).toBeFocused()
  expect(await payouts.get(newer.id)).toMatchObject({ status: 'awaiting_approval' })

  await page.goto('/account')
  await page.getByRole('button', { name: 'Turn shortcuts off' }).click()
  await expect(page.getByRole('button', { name: 'Turn shortcuts on' })).toBeVisible()
  await open(page, list)
  await page.keyboard.press('?')
  await page.keyboard.press('j')
  await expect(help).toHaveCount(0)
  await expect(headline(page)).toContainText(shownAmount(newer.amount).split(' ')[0]!)
})

test('a note to the receiver is on their page, an internal one is not, and an auditor only reads', async ({
  page,
  newPerson,
  signIn,
  payouts,
}) => {
  const { id, statusUrl } = await payouts.awaiting()
  await signIn(page, 'clerk')
  await page.goto(`/desk/payouts/${id}`)
  const notes = page.getByRole('region', { name: 'Notes' })
  const timeline = page.getByRole('region', { name: 'Timeline' })
  const write = async (text: string, toReceiver: boolean) => {
    const fold = notes.getByText('Write a note')
    const field = notes.getByRole('textbox', { name: 'Note' })
    if (!(await field.isVisible())) await fold.click()
    await field.fill(text)
    await notes.getByRole('checkbox', { name: 'Show it to the receiver' }).setChecked(toReceiver)
    await notes.getByRole('button', { name: 'Save note' }).click()
    await expect(timeline.getByText(text)).toBeVisible()
  }
  await write('They sound nervous.', false)
  await write('Please send your passport.', true)
  await expect(timeline.getByRole('figure').filter({ hasText: 'nervous' })).toContainText('Internal note')
  await expect(timeline.getByRole('figure').filter({ hasText: 'passport' })).toContainText(
    'Note to the receiver',
  )

  const receiver = await newPerson()
  await receiver.goto(new URL(statusUrl!).pathname)
  await expect(receiver.getByText('Please send your passport.')).toBeVisible()
  await expect(receiver.getByText('nervous')).toHaveCount(0)

  const auditor = await newPerson()
  await signIn(auditor, 'auditor')
  await auditor.goto(`/desk/payouts/${id}`)
  await expect(auditor.getByText('They sound nervous.')).toBeVisible()
  await expect(auditor.getByText('Write a note')).toHaveCount(0)
})

test('the evidence of a payout is a file that a command verifies, and the timeline shows what was sent', async ({
  page,
  signIn,
  payouts,
  database,
}, testInfo) => {
  const { id } = await payouts.awaiting()
  await signIn(page, 'auditor')
  await page.goto(`/desk/payouts/${id}`)
  const timeline = page.getByRole('region', { name: 'Timeline' })
  await timeline.getByText('Request and answer').first().click()
  await expect(timeline.getByText(/^Took \d+ ms$/).first()).toBeVisible()
  await expect(timeline.getByText('Our signature was accepted').first()).toBeVisible()
  await expect(timeline.getByText(/Email to \d+ pe/).first()).toBeVisible()
  await expect(page.getByText(/^History verified: \d+ events$/)).toBeVisible()

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download evidence' }).click(),
  ])
  expect(download.suggestedFilename()).toMatch(/^evidence-.+\.json$/)
  const file = testInfo.outputPath('pack.json')
  await download.saveAs(file)
  const [row] = await database.rows<{ seal: string }>(
    `SELECT data->>'seal' AS seal FROM audit_event WHERE kind = 'evidence_taken' AND subject = $1`,
    [id],
  )
  const verdict = await admin(findStack().environment, [
    'evidence:verify',
    '--file',
    file,
    '--seal',
    row!.seal,
  ])
  expect(verdict).toMatchObject({ ok: true, payoutId: id, status: 'awaiting_approval', seal: row!.seal })
  const altered = testInfo.outputPath('altered.json')
  writeFileSync(altered, readFileSync(file, 'utf8').replace('awaiting_approval', 'awaiting_approvaI'))
  await expect(admin(findStack().environment, ['evidence:verify', '--file', altered])).rejects.toThrow()
})

test('the inbox shows callbacks with their verdicts, refused ones, and asks Cardzo again', async ({
  page,
  signIn,
  payouts,
  simulator,
  request,
}) => {
  const { id, gateway } = await payouts.awaiting()
  await signIn(page, 'approver')
  await approve(page, id)
  await payouts.until(id, 'paid')
  await simulator.callback(gateway.clientOrderId, { status: 'declined' })
  const forged = await request.get(
    `/api/cardzo/callback?status=approved&orderid=1&client_orderid=${gateway.clientOrderId}&control=${'0'.repeat(40)}`,
  )
  expect(forged.status()).toBe(403)
  const row = page.getByRole('listitem').filter({ hasText: gateway.clientOrderId })
  await expect(async () => {
    await page.goto('/desk/callbacks?view=look')
    await expect(row).toContainText('Disagrees with Cardzo’s status', { timeout: 500 })
  }).toPass()
  await page.getByRole('link', { name: 'All', exact: true }).click()
  await expect(row.filter({ hasText: /Agrees with Cardzo’s status/ })).toBeVisible()
  await row
    .first()
    .getByRole('button', { name: /^Ask Cardzo now/ })
    .click()
  await expect(row.first()).toContainText(/We’re asking Cardzo|We asked Cardzo/)
  expect(await payouts.get(id)).toMatchObject({ status: 'paid' })

  await page.getByRole('link', { name: 'Refused' }).click()
  await expect(row.first()).toContainText('Wrong signature')
  await expect(row.first()).not.toContainText('0'.repeat(40))
  await page.getByRole('link', { name: 'Missed' }).click()
  await expect(page.getByText('whose callback never came')).toBeVisible()
})
