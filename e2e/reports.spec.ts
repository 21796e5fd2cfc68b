// What the desk says at a glance: figures that open exactly their rows, charts with their figures, one page per receiver.
import { expect, test } from './support/fixtures.ts'
import { people } from './support/stack.ts'

/** The number in front of a figure of the overview. */
const figureOf = (text: string | null) => Number(/(\d+)\s*$/.exec(text ?? '')?.[1] ?? Number.NaN)

test('each figure of the overview opens exactly its rows', async ({ page, signIn, payouts, database }) => {
  await payouts.awaiting()
  await signIn(page, 'approver')
  await page.goto('/desk')
  const overview = page.getByRole('region', { name: 'Overview' })
  const toApprove = overview.locator('div', { has: page.getByRole('link', { name: 'To approve' }) }).last()
  const shown = figureOf(await toApprove.textContent())
  expect(shown).toBeGreaterThan(0)
  await toApprove.getByRole('link').click()
  await expect(page).toHaveURL(/tab=mine/)
  const waiting = page.getByRole('region', { name: 'Awaiting approval' })
  await expect(waiting.getByRole('listitem')).toHaveCount(Math.min(shown, 100))

  const [{ open } = { open: '0' }] = await database.rows<{ open: string }>(
    `SELECT count(*) AS open FROM payout WHERE final_at IS NULL AND currency = 'EUR'`,
  )
  await page.goto('/desk')
  const underWay = overview
    .locator('div', { has: page.getByRole('link', { name: 'EUR', exact: true }) })
    .last()
  await expect(underWay.locator('dd')).toHaveText(open)
  await underWay.getByRole('link').click()
  await expect(page).toHaveURL(/\/desk\/payouts\?.*currency=EUR/)
})

test('an approver says that they look at a payout, another sees who and can approve all the same', async ({
  page,
  newPerson,
  signIn,
  payouts,
}) => {
  const { id, amount } = await payouts.awaiting()
  const row = (of: typeof page) =>
    of
      .getByRole('region', { name: 'Awaiting approval' })
      .getByRole('listitem')
      .filter({ has: of.locator(`a[href="/desk/payouts/${id}"]`) })
  await signIn(page, 'approver')
  await page.goto('/desk?rows=many')
  await row(page).getByRole('button', { name: 'I’ll look at this' }).click()
  await expect(row(page)).toContainText('You’re looking at this until')

  const other = await newPerson({ javaScriptEnabled: false })
  await signIn(other, 'otherApprover')
  await other.goto('/desk?rows=many')
  await expect(row(other)).toContainText(`${people.approver.name} is looking at this until`)
  await expect(row(other).getByRole('button', { name: 'I’ll look at this' })).toHaveCount(0)

  await row(page).getByRole('button', { name: 'Stop looking' }).click()
  await expect(row(page)).not.toContainText('looking at this until')
  await other.reload()
  await row(other).getByRole('button', { name: 'I’ll look at this' }).click()
  await expect(row(other)).toContainText('You’re looking at this until')
  expect((await payouts.get(id)).amount).toBe(amount)
})

test('a report shows the payouts of its period, and its figures open them', async ({
  page,
  signIn,
  payouts,
  database,
}) => {
  await payouts.awaiting()
  await signIn(page, 'auditor')
  await page.goto('/desk/reports')
  await page.getByRole('link', { name: '7 days' }).click()
  await expect(page).toHaveURL(/days=7/)
  const euros = page.getByRole('navigation', { name: 'Currency' }).getByRole('link', { name: 'EUR' })
  if (await euros.isVisible()) await euros.click()
  // Whose days they are: once for the page, and on each chart.
  await expect(page.getByText(/in the last 7 days, as they are now\. Days are in UTC\./)).toBeVisible()
  const charts = page.getByRole('heading', { level: 2 })
  await expect(charts).toHaveCount(7)
  for (const chart of await charts.all())
    await expect(chart.locator('xpath=following-sibling::p[1]')).toContainText('Days are in UTC.')
  const volume = page.getByRole('group').filter({ hasText: 'Show the figures' }).first()
  await volume.getByText('Show the figures').click()
  const table = page.getByRole('region', { name: 'Payouts per day' })
  const [{ today } = { today: '' }] = await database.rows<{ today: string }>(
    `SELECT count(*) AS today FROM payout WHERE currency = 'EUR' AND created_at >= date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'`,
  )
  await expect(table.getByRole('row').nth(1).getByRole('cell').last()).toHaveText(today)
  await table.getByRole('row').nth(1).getByRole('rowheader').getByRole('link').click()
  await expect(page).toHaveURL(/\/desk\/payouts\?.*currency=EUR/)
  const { searchParams } = new URL(page.url())
  expect(searchParams.get('from')).toBe(searchParams.get('to'))
  // Another chart leads to its rows too (app/desk/reports/opens.db.test.ts counts those of all).
  await page.goto('/desk/reports?days=7&currency=EUR')
  await page
    .getByRole('region', { name: 'Age of payouts in progress' })
    .getByRole('link', { name: 'Today' })
    .click()
  await expect(page).toHaveURL(/status=awaiting_approval/)
  await expect(page.getByRole('row').nth(1)).toBeVisible()
  // In the other language too, and without a word of this one.
  await page.context().addCookies([{ name: 'locale', value: 'ru', url: page.url() }])
  await page.goto('/desk/reports?days=90')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Отчёты')
})

test('the page of a receiver has their payouts, and a new payout begins with them', async ({
  page,
  signIn,
  payouts,
}) => {
  const { id, receiver } = await payouts.awaiting()
  await signIn(page, 'clerk')
  await page.goto(`/desk/payouts/${id}`)
  await page.getByRole('link', { name: 'Dora Visser' }).first().click()
  await expect(page).toHaveURL(/\/desk\/receivers\//)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Dora Visser')
  await expect(page.getByText(receiver.externalId).first()).toBeVisible()
  const rows = page.getByRole('region', { name: 'Payouts', exact: true }).getByRole('listitem')
  await expect(rows).toHaveCount(1)
  await page.getByRole('link', { name: 'New payout' }).last().click()
  await expect(page.getByLabel(/^Receiver.s number/)).toHaveValue(receiver.externalId)
  await page.getByRole('link', { name: 'Choose someone else' }).click()
  await page.getByLabel('Find a receiver').fill(receiver.externalId)
  await page.getByRole('button', { name: 'Search' }).click()
  await page.getByRole('navigation', { name: 'Found' }).getByRole('link').click()
  await expect(page.getByLabel(/^Receiver.s number/)).toHaveValue(receiver.externalId)
})

test('receivers are told when money usually arrives, once twenty payments are known', async ({
  page,
  signIn,
  payouts,
  database,
}) => {
  const { id, statusUrl } = await payouts.awaiting()
  // Payments as any, with a history, so that the books agree.
  await database.rows(
    `WITH paid AS (
       INSERT INTO payout (id, status, version, amount_minor, currency, receiver_id, destination_sealed, content_hash, source, judged_source,
         idempotency_key, request_hash, client_order_id, status_token_hash, return_token_hash, created_at, final_at)
       SELECT gen_random_uuid(), 'paid', 2, 1000, p.currency, p.receiver_id, p.destination_sealed, p.content_hash, 'api', 'api', 'arrival-' || n || p.id,
         p.request_hash, 'arrival-' || n || p.id, 'arrival-s' || n || p.id, 'arrival-r' || n || p.id, now() - interval '50 minutes', now()
       FROM payout p, generate_series(1, 25) n WHERE p.id = $1::uuid RETURNING id, amount_minor, currency)
     INSERT INTO payout_event (payout_id, kind, move, from_status, to_status, version, actor_kind, actor_name, data)
     SELECT id, kind, move, from_status, to_status, version, 'operator', 'test', jsonb_build_object('amountMinor', amount_minor::text, 'currency', currency)
     FROM paid, (VALUES (1, 'requested', NULL, NULL::payout_status, NULL::payout_status), (2, 'status_answered', 'confirm', 'requested', 'paid'))
       AS step (version, kind, move, from_status, to_status) ORDER BY id, version`,
    [id],
  )
  // The server remembers for a minute that it did not know.
  await expect
    .poll(
      async () => {
        await page.goto(statusUrl ?? '')
        return page.getByText('Usually arrives within').count()
      },
      { timeout: 75_000, intervals: [2_000] },
    )
    .toBe(1)
  await signIn(page, 'receiver')
  await page.goto('/withdraw')
  await expect(page.getByText('Usually arrives within').first()).toBeVisible()
})
