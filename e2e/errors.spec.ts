// Unexpected errors: the page shows a number, the log has the same number, and nothing bypasses the log.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, signInByForm, test } from './support/fixtures.ts'
import { logFolder, people } from './support/stack.ts'

test('a failing page is in the log, scrubbed, with the number that it shows', async ({
  newPerson,
  signIn,
  payouts,
  database,
  complaints,
}) => {
  complaints.allow(/500/)
  complaints.allow(/Server Components render|React error #441/)
  const payout = await payouts.awaiting()
  // Not a list, as pages expect: as if somebody had changed the database by hand.
  const spoil = (value: string) =>
    database.rows(
      `SET session_replication_role = replica; UPDATE payout SET settled_by = ${value} WHERE id = '${payout.id}'; SET session_replication_role = DEFAULT`,
    )
  const page = await newPerson()
  await signIn(page, 'clerk')
  await spoil(`'"spoilt"'`)
  try {
    await page.goto(`/desk/payouts/${payout.id}`)
    const digest = await page.locator('code').first().innerText()
    expect(digest).not.toBe('')
    const lines = readFileSync(join(logFolder(), 'web.log'), 'utf8').split('\n')
    const reports = lines.filter(
      (line) => line.includes(digest) && line.includes('unexpected error in a request'),
    )
    expect(reports.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ route: '/desk/payouts/[id]', method: 'GET', digest }),
    ])
    const stacks = lines.filter((line) => /^\s+at |^\s*⨯/.test(line))
    expect(stacks).toEqual([])
  } finally {
    await spoil('NULL')
  }
})

test('the request that the portal makes to itself after a form does not look like a proxy’s', async ({
  page,
}) => {
  await signInByForm(page, people.otherReceiver.email)
  await expect(page).toHaveURL(/\/withdrawals$/)
  const log = readFileSync(join(logFolder(), 'web.log'), 'utf8')
  // Other tests send proxies' headers too, but never this one.
  expect(log).not.toMatch(/came through a proxy.*x-forwarded-host/)
})
