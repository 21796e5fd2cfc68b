// Payouts as tests make and follow them: through the API where the way there is not the point, else through the pages.
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from '@playwright/test'
import type { APIRequestContext, APIResponse, Page } from '@playwright/test'
import type { PayoutView } from '#lib/contract/payout.ts'
import { displayAmount, parseAmount } from '#lib/payouts/money.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import { codeFor } from './codes.ts'
import type { Holder } from './codes.ts'
import { accountFor } from './simulator.ts'
import type { ScenarioName } from './simulator.ts'

let made = 0

/** An amount nobody else has, so that its row is found by it; its cents choose no scenario. */
export function freshAmount(): string {
  made += 1
  // Wide enough that no two of a run meet, also after a failed test has begun a new process and a new count.
  return `${1000 + ((Date.now() + made * 7919) % 890_000)}.50`
}

/** As pages write it: "1,234.50 EUR". */
export function shownAmount(amount: string, currency = 'EUR'): string {
  const parsed = parseAmount(amount, currency)
  if (!parsed.ok) throw new Error(`${amount} is no amount`)
  return displayAmount(parsed.amountMinor, currency)
}

export type RequestedPayout = {
  amount?: string
  scenario?: ScenarioName
  account?: string
  receiver?: { firstName?: string; lastName?: string; locale?: string }
}

/** A request body for POST /api/v1/payouts. */
export function requestBody({
  amount = freshAmount(),
  scenario = 'approve',
  account,
  receiver,
}: RequestedPayout = {}) {
  return {
    amount,
    currency: 'EUR',
    receiver: {
      externalId: `cust-${randomUUID()}`,
      email: 'dora@e2e.example',
      firstName: 'Dora',
      lastName: 'Visser',
      ...receiver,
    },
    destination: { account_number: account ?? accountFor(scenario), bank_name: 'Example Bank' },
    description: 'Order 1234',
    metadata: { order: '1234' },
  }
}

export type Payouts = ReturnType<typeof connectPayouts>

/** `api` carries the bearer key. */
export function connectPayouts(api: APIRequestContext) {
  async function good<T>(answer: APIResponse): Promise<T> {
    if (!answer.ok()) throw new Error(`${answer.url()}: ${answer.status()} ${await answer.text()}`)
    return (await answer.json()) as T
  }
  const create = async (asked: RequestedPayout = {}) =>
    good<PayoutView>(
      await api.post('/api/v1/payouts', {
        headers: { 'Idempotency-Key': randomUUID() },
        data: requestBody(asked),
      }),
    )
  const get = async (id: string) => good<PayoutView>(await api.get(`/api/v1/payouts/${id}`))
  async function untilHolds(
    id: string,
    what: string,
    holds: (payout: PayoutView) => boolean,
    waitMs = 30_000,
  ): Promise<PayoutView> {
    const deadline = Date.now() + waitMs
    for (;;) {
      const payout = await get(id)
      if (holds(payout)) return payout
      if (payout.final || Date.now() > deadline)
        throw new Error(`not ${what} in ${waitMs} ms: ${JSON.stringify(payout, null, 2)}`)
      await sleep(50)
    }
  }
  const until = (id: string, status: PayoutStatus) =>
    untilHolds(id, status, (payout) => payout.status === status)
  return {
    create,
    get,
    until,
    untilHolds,
    /** A payout that the bank has confirmed and nobody has decided on. */
    awaiting: async (asked: RequestedPayout = {}) => until((await create(asked)).id, 'awaiting_approval'),
    /** By the reference that the receiver reads on the status page. */
    async byReference(reference: string): Promise<PayoutView> {
      const { data } = await good<{ data: PayoutView[] }>(await api.get('/api/v1/payouts?limit=100'))
      const found = data.find(({ gateway }) => gateway.clientOrderId === reference)
      if (!found) throw new Error(`no payout ${reference}`)
      return found
    },
  }
}

/** Fills the withdrawal form that `page` shows and sends it. */
export async function fillWithdrawal(
  page: Page,
  { amount, scenario = 'approve' }: RequestedPayout & { amount: string },
) {
  await page.getByLabel('Amount').fill(amount)
  await page.getByLabel('Account number').fill(accountFor(scenario))
  await page.getByLabel('Bank name').fill('Example Bank')
  await page.getByLabel('First name').fill('Ada')
  await page.getByLabel('Last name').fill('Nowak')
}

/** Asks for a withdrawal as the signed-in receiver; `page` then shows the status page. */
export async function askForWithdrawal(
  page: Page,
  asked: RequestedPayout & { amount: string },
): Promise<void> {
  await page.goto('/withdraw')
  await fillWithdrawal(page, asked)
  await page.getByRole('button', { name: 'Request withdrawal' }).click()
  await expect(page).toHaveURL(/\/pay\//)
}

export const headline = (page: Page) => page.getByRole('heading', { level: 1 })

/** The reference that the status page names. */
export async function referenceOn(page: Page): Promise<string> {
  return (await page.getByRole('definition').filter({ hasText: /^po-/ }).innerText()).trim()
}

/** This page of the desk doesn't learn what others do, as if they did it at the same moment: what counts is what the server says. */
export const keepUnaware = (page: Page) =>
  page.route('**/desk/payouts/*/mark', (route) => route.fulfill({ json: {} }))

/** Sends the approval of the payout that `page` shows, with a fresh code of the person who is signed in there. */
export async function pressApprove(page: Page, who: Holder = 'approver'): Promise<void> {
  await page.getByLabel('One-time code').fill(await codeFor(who))
  await page.getByRole('button', { name: 'Approve', exact: true }).click()
}

/** Opens a payout on the desk as a signed-in approver and approves it. */
export async function approve(page: Page, id: string, who: Holder = 'approver'): Promise<void> {
  await page.goto(`/desk/payouts/${id}`)
  await pressApprove(page, who)
  await expect(page.getByRole('status').filter({ hasText: 'Approved' })).toBeVisible()
}
