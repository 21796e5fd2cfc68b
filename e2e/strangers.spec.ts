// A form does nothing without the session of the person it was made for, or when it is sent from another site.
import type { APIRequestContext, Page, Request } from '@playwright/test'
import { codeFor, expect, signInByForm, test } from './support/fixtures.ts'
import type { Person } from './support/fixtures.ts'
import { fillWithdrawal, freshAmount } from './support/payouts.ts'
import type { Payouts } from './support/payouts.ts'
import type { Simulator } from './support/simulator.ts'
import { password, people } from './support/stack.ts'

type Sent = { url: string; headers: Record<string, string>; body: Buffer }

/** Presses `button` and captures what the browser would send, without sending it. */
async function capture(page: Page, button: string): Promise<Sent> {
  const caught: Request[] = []
  await page.route('**', async (route) => {
    if (route.request().method() !== 'POST') return route.fallback()
    caught.push(route.request())
    await route.abort()
  })
  const within = button === 'Sign out' ? page.getByRole('banner') : page.getByRole('main')
  // A list that follows what happens may move its buttons just then; people press again.
  await expect(async () => {
    // oxlint-disable-next-line typescript/no-deprecated -- the page that this click asks for never comes
    await within.getByRole('button', { name: button }).first().click({ noWaitAfter: true, timeout: 5000 })
    await expect.poll(() => caught.length, { timeout: 3000 }).toBeGreaterThan(0)
  }).toPass({ timeout: 60_000 })
  const request = caught[0]!
  await page.unroute('**')
  return { url: request.url(), headers: await request.allHeaders(), body: request.postDataBuffer()! }
}

/** Sends it with another cookie and origin. */
async function replay(request: APIRequestContext, sent: Sent, from: { cookie?: string; origin?: string }) {
  const kept = ['accept', 'content-type', 'next-action', 'next-router-state-tree']
  const headers = Object.fromEntries(Object.entries(sent.headers).filter(([name]) => kept.includes(name)))
  const answer = await request.post(sent.url, {
    headers: { ...headers, ...from },
    data: sent.body,
    maxRedirects: 0,
  })
  return answer.status()
}

const cookieOf = async (page: Page) =>
  (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')

/** Everything that people have done. The worker and Cardzo, which keep running, change none of it. */
const deedsOf = (database: { rows: (text: string) => Promise<unknown[]> }) =>
  database.rows(`SELECT
    (SELECT count(*) FROM payout) AS payouts,
    (SELECT count(*) FROM receiver) AS receivers,
    (SELECT count(*) FROM payout_event WHERE actor_kind = 'user') AS deeds,
    (SELECT count(*) FROM open_item WHERE closed_by_id IS NOT NULL) AS closed,
    (SELECT count(*) FROM session) AS sessions,
    (SELECT count(*) FROM session WHERE ended_at IS NOT NULL) AS ended`)

/** An open item that people may close. */
async function withUnknownWord(payouts: Payouts, simulator: Simulator): Promise<void> {
  const { id, gateway } = await payouts.awaiting()
  await simulator.status(gateway.clientOrderId, { status: 'postponed', stage: 'payout_check_postponed' })
  await simulator.callback(gateway.clientOrderId)
  await payouts.untilHolds(id, 'told of the new word', (payout) => payout.gateway.status === 'postponed')
}

type Form = {
  who: Person
  button: string
  open: (page: Page, payoutId: string) => Promise<unknown>
}

/** Every form that does something for a person who is signed in. */
const forms: Record<string, Form> = {
  'asks for a withdrawal': {
    who: 'receiver',
    button: 'Request withdrawal',
    open: async (page) => {
      await page.goto('/withdraw')
      await fillWithdrawal(page, { amount: freshAmount() })
    },
  },
  'approves a payout': {
    who: 'approver',
    button: 'Approve',
    open: async (page, id) => {
      await page.goto(`/desk/payouts/${id}`)
      await page.getByLabel('One-time code').fill(await codeFor('approver'))
    },
  },
  'rejects a payout': {
    who: 'approver',
    button: 'Reject',
    open: async (page, id) => {
      await page.goto(`/desk/payouts/${id}`)
      await page.getByLabel('Reason').fill('No')
    },
  },
  'enters a payout': {
    who: 'clerk',
    button: 'Submit for approval',
    open: async (page) => {
      await page.goto('/desk/payouts/new')
      await page.getByLabel('Receiver’s number').fill(`cust-${Date.now()}`)
      await fillWithdrawal(page, { amount: freshAmount() })
    },
  },
  'takes a request back': {
    who: 'receiver',
    button: 'Yes, cancel it',
    open: async (page) => {
      await page.goto('/withdraw')
      await fillWithdrawal(page, { amount: freshAmount() })
      await page.getByRole('button', { name: 'Request withdrawal' }).click()
      await expect(page).toHaveURL(/\/pay\//)
      await page.goto('/withdrawals')
      // A click that has to be tried again must not find "Yes, cancel it".
      await page
        .getByRole('button', { name: /^Cancel / })
        .first()
        .click()
      await expect(page.getByRole('button', { name: /^Yes, cancel it/ })).toBeVisible()
    },
  },
  'closes an open item': {
    who: 'approver',
    button: 'Close item',
    open: async (page) => {
      await page.goto('/desk')
      const item = page.getByRole('listitem').filter({ hasText: 'Cardzo used a word we do not know' }).first()
      await item.getByText('Close this item').click()
      await item.getByLabel('How it was resolved').fill('Asked Cardzo')
    },
  },
  'signs somebody out': { who: 'auditor', button: 'Sign out', open: (page) => page.goto('/desk') },
}

for (const javaScriptEnabled of [true, false])
  test.describe(javaScriptEnabled ? 'sent by a script' : 'sent as a plain form', () => {
    test.use({ javaScriptEnabled })

    for (const [what, { who, button, open }] of Object.entries(forms))
      test(`a form that ${what} does nothing for a stranger or from a foreign page`, async ({
        page,
        signIn,
        payouts,
        simulator,
        database,
        complaints,
        playwright,
        stack,
      }) => {
        complaints.allow(/net::ERR_FAILED|Failed to fetch/)
        const { id } = await payouts.awaiting()
        if (button === 'Close item') await withUnknownWord(payouts, simulator)
        // The test ends a session of its own.
        if (button === 'Sign out') await signInByForm(page, people[who].email)
        else await signIn(page, who)
        await open(page, id)
        const sent = await capture(page, button)
        const cookie = await cookieOf(page)
        const request = await playwright.request.newContext()
        const facts = () => deedsOf(database)
        const before = await facts()
        await replay(request, sent, { origin: stack.appUrl })
        expect.soft(await facts(), 'without a session').toEqual(before)
        await replay(request, sent, { origin: stack.appUrl, cookie: 'portal-session=r_made-up' })
        expect.soft(await facts(), 'with a made-up session').toEqual(before)
        for (const origin of ['https://example.net', 'null', stack.simulatorUrl]) {
          expect.soft(await replay(request, sent, { cookie, origin }), `from ${origin}`).toBe(403)
          expect.soft(await facts(), `from ${origin}`).toEqual(before)
        }
        expect.soft(await replay(request, sent, { cookie }), 'from nowhere').toBe(403)
        expect.soft(await facts(), 'from nowhere').toEqual(before)
        // The same bytes work for the person the form was made for.
        await replay(request, sent, { cookie, origin: stack.appUrl })
        expect(await facts()).not.toEqual(before)
        await request.dispose()
      })

    test('a sign-in form sent from a foreign page signs nobody in', async ({
      page,
      playwright,
      stack,
      complaints,
    }) => {
      complaints.allow(/net::ERR_FAILED|Failed to fetch/)
      await page.goto('/sign-in')
      await page.getByLabel('Email', { exact: true }).fill(people.auditor.email)
      await page.getByLabel('Password').fill(password)
      const sent = await capture(page, 'Sign in')
      const request = await playwright.request.newContext()
      expect(await replay(request, sent, { origin: 'https://example.net' })).toBe(403)
      expect((await request.storageState()).cookies).toEqual([])
      await replay(request, sent, { origin: stack.appUrl })
      expect((await request.storageState()).cookies).toHaveLength(1)
      await request.dispose()
    })
  })
