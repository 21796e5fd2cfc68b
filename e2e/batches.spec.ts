// A batch from the file to its outcome: a clerk uploads, sees what is wrong, submits; an approver approves the set with one code.
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { codeFor, expect, test } from './support/fixtures.ts'
import { accountFor } from './support/simulator.ts'

test('a batch is checked, submitted, approved as a set, and tells how each row ended', async ({
  newPerson,
  signIn,
}) => {
  const name = randomUUID().slice(0, 8)
  const rows = [
    'key,receiver,currency,amount,account_number,bank_name,first_name,last_name',
    `${name}-1,batch-${name}-1,EUR,11.00,${accountFor('approve')},Example Bank,Ada,Nowak`,
    `${name}-2,batch-${name}-2,EUR,12.50,${accountFor('approve')},Example Bank,Ben,Olsen`,
    `${name}-3,batch-${name}-3,EUR,-1,${accountFor('approve')},Example Bank,Cy,Park`,
  ]
  const clerk = await newPerson()
  await signIn(clerk, 'clerk')
  await clerk.goto('/desk/batches')
  await clerk.getByRole('link', { name: 'New batch' }).click()
  const file = { name: `${name}.csv`, mimeType: 'text/csv', buffer: Buffer.from(rows.join('\n')) }
  await clerk.getByLabel('CSV or XLSX file').setInputFiles(file)
  await clerk.getByRole('button', { name: 'Check the file' }).click()

  await expect(clerk.getByRole('heading', { name: `${name}.csv` })).toBeVisible()
  await expect(clerk.getByText('2 payouts: 23.50 EUR')).toBeVisible()
  await expect(clerk.getByText(/^1 row has errors/)).toBeVisible()
  await expect(clerk.getByRole('listitem').filter({ hasText: `${name}-3` })).toContainText('amount:')
  await clerk.getByRole('button', { name: 'Submit 2 payouts' }).click()
  await expect(clerk.getByText(/^Nothing was submitted: rows have errors/)).toBeVisible()
  await clerk.getByLabel('Leave out the row with errors').check()
  await clerk.getByRole('button', { name: 'Submit 2 payouts' }).click()
  await expect(clerk.getByText(/Awaiting approval: 2 payouts, 23.50 EUR/)).toBeVisible({ timeout: 30_000 })
  // Who put it together approves nothing of it.
  await expect(clerk.getByRole('button', { name: 'Review the batch' })).toHaveCount(0)

  const approver = await newPerson()
  await signIn(approver, 'approver')
  await approver.goto(new URL(clerk.url()).pathname)
  await approver.getByLabel('Lines, such as 12, 20-25').fill('all')
  await approver.getByRole('button', { name: 'Review the batch' }).click()
  await expect(approver.getByText('Write line numbers, such as 12, 20-25.').first()).toBeVisible()
  await approver.getByLabel('Lines, such as 12, 20-25').fill('3')
  await approver.getByRole('button', { name: 'Review the batch' }).click()
  await expect(approver.getByText('1 payout: 11.00 EUR')).toBeVisible()
  await expect(approver.getByText('1 payout is left for later')).toBeVisible()
  await approver.getByRole('link', { name: 'Back to the batch' }).click()
  await approver.getByRole('button', { name: 'Review the batch' }).click()
  await expect(approver).toHaveURL(/\/decisions\//)
  await expect(approver.getByText('2 payouts: 23.50 EUR')).toBeVisible()
  await approver.getByLabel('One-time code').fill(await codeFor('approver'))
  await approver.getByRole('button', { name: 'Approve 2 payouts' }).click()
  await expect(approver.getByText('2 payouts approved')).toBeVisible({ timeout: 30_000 })

  await expect(clerk.getByText(/Paid: 2 payouts, 23.50 EUR/)).toBeVisible({ timeout: 30_000 })
  const [download] = await Promise.all([
    clerk.waitForEvent('download'),
    clerk.getByRole('link', { name: 'Download CSV' }).click(),
  ])
  const outcome = await readFile(await download.path(), 'utf8')
  expect(outcome).toMatch(new RegExp(`"2","${name}-1","[0-9a-f-]{36}","paid","","","11.00","EUR"`))
  expect(outcome).toMatch(new RegExp(`"4","${name}-3","","wrong","\\w+",`))
})
