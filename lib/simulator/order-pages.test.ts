import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually, readCallback, startMerchant, type Merchant } from './testing/merchant.ts'

let merchant: Merchant
beforeAll(async () => {
  merchant = await startMerchant()
})
afterAll(() => merchant.close())

const notice = 'This is the Cardzo simulator'

async function open(path: string, form?: Record<string, string>) {
  const url = new URL(path, merchant.simulator.origin)
  const response = await fetch(url, {
    redirect: 'manual',
    ...(form && { method: 'POST', body: new URLSearchParams(form) }),
  })
  return { status: response.status, text: await response.text(), location: response.headers.get('location') }
}

/** An order whose receiver has to fill the bank's form, and the address of that form. */
async function atTheForm(more: Record<string, string> = {}) {
  const ids = await merchant.validated({ amount: '25.01', ...more })
  await merchant.pay(ids)
  const status = await eventually(async () => {
    const now = await merchant.status(ids)
    return now.kind === 'status' && now.redirectTo !== null ? now : null
  })
  return { ids, form: status.redirectTo ?? '' }
}

/** The fields of the form that the browser sends to the merchant. */
const hiddenFields = (page: string) =>
  [...page.matchAll(/<input\s+type="hidden"\s+name="([^"]+)"\s+value="([^"]*)"/g)].map(
    (match) => [match[1]!, match[2]!] as const,
  )

describe('the form of the bank', () => {
  it('is where redirect-to leads, on the host that the portal called', async () => {
    const { form } = await atTheForm({ first_name: 'Ada', last_name: '<Nowak>' })
    expect(new URL(form).origin).toBe(merchant.simulator.origin)
    const { status, text } = await open(form)
    expect(status).toBe(200)
    expect(text).toContain(notice)
    expect(text).toContain('value="Ada &lt;Nowak&gt;"')
    expect(text).toContain('25.01 EUR')
    expect(text).not.toContain('DE8937')
  })

  it('can be replaced by any address, and put back', async () => {
    const ids = await merchant.validated()
    const set = { status: 'processing', stage: 'payout_processing' }
    await merchant.control(`orders/${ids.orderId}/status`, { ...set, form: 'https://bank.example/form' })
    expect(await merchant.status(ids)).toMatchObject({ redirectTo: 'https://bank.example/form' })
    await merchant.control(`orders/${ids.orderId}/status`, { ...set, form: true })
    const { kind, ...now } = await merchant.status(ids)
    expect(kind).toBe('status')
    expect(now).toHaveProperty('redirectTo', expect.stringContaining(`${merchant.simulator.origin}/bank/`))
  })

  it('confirmed, the payout is approved, and the browser is sent back with signed fields', async () => {
    const { ids, form } = await atTheForm()
    const { text } = await open(form, { name: 'Ada Nowak', decision: 'confirm' })
    expect(text).toContain('Return to the merchant')
    expect(text).toContain('action="http://127.0.0.1:1/return?token=x"')
    const back = readCallback(new URLSearchParams(hiddenFields(text).map(([name, value]) => [name, value])))
    expect(back).toMatchObject({ ok: true, callback: { ...ids, status: 'approved' } })
    const status = await merchant.status(ids)
    expect(status).toMatchObject({ status: 'approved', redirectTo: null })
  })

  it('declined, the payout is declined, even without a name', async () => {
    const { ids, form } = await atTheForm()
    await open(form, { name: '', decision: 'decline' })
    expect(await merchant.status(ids)).toMatchObject({ status: 'declined', redirectTo: null })
    const params = await eventually(() =>
      merchant.inbox.received.find((each) => each.get('orderid') === ids.orderId),
    )
    expect(params.get('status')).toBe('declined')
  })

  it('asks again when the name is missing', async () => {
    const { ids, form } = await atTheForm()
    const { status, text } = await open(form, { name: ' ', decision: 'confirm' })
    expect(status).toBe(422)
    expect(text).toContain('role="alert"')
    expect(await merchant.status(ids)).toMatchObject({ status: 'processing' })
  })

  it('counts once: a second answer changes nothing', async () => {
    const { ids, form } = await atTheForm()
    await open(form, { name: 'Ada', decision: 'confirm' })
    expect((await open(form, { name: 'Ada', decision: 'decline' })).text).toContain('You have confirmed')
    expect((await open(form)).text).toContain('Return to the merchant')
    expect(await merchant.status(ids)).toMatchObject({ status: 'approved' })
  })

  it('can be answered by the control API, and exists only under its token', async () => {
    const { ids } = await atTheForm()
    await merchant.control(`orders/${ids.orderId}/form`, { decision: 'confirm' })
    expect(await merchant.status(ids)).toMatchObject({ status: 'approved' })
    expect((await merchant.control(`orders/${ids.orderId}/form`, { decision: 'confirm' })).status).toBe(409)
    expect((await open('/bank/none')).status).toBe(404)
  })
})

describe('the pages for people', () => {
  it('list orders and show each with its log, account numbers shortened', async () => {
    const { orderId, clientOrderId } = await merchant.validated()
    const list = await open('/')
    expect(list.text).toContain(notice)
    expect(list.text).toContain(`/orders/${orderId}`)
    expect(list.text).toContain(clientOrderId)
    const page = await open(`/orders/${orderId}`)
    expect(page.text).toContain(notice)
    expect(page.text).toContain('payout_check_validated')
    expect(page.text).toContain('opened, scenario approve')
    expect(page.text).not.toContain('DE8937')
    expect((await open('/orders/1')).status).toBe(404)
  })

  it('show a status that was told again and again in one line', async () => {
    const ids = await merchant.validated()
    for (let times = 0; times < 3; times++) await merchant.status(ids)
    const told = merchant.simulator.ledger.byOrderId(ids.orderId)!.log.filter(({ what }) => what === 'status')
    expect(new Set(told.map(({ detail }) => detail)).size).toBe(told.length)
    const times = told.at(-1)!.repeated!.times
    expect(times).toBeGreaterThanOrEqual(3)
    expect((await open(`/orders/${ids.orderId}`)).text).toContain(`${times} times, last at`)
  })

  it('choose the scenario of the next order', async () => {
    expect(await open('/scenario', { scenario: 'decline', for: 'next' })).toMatchObject({
      status: 303,
      location: '/',
    })
    expect(merchant.simulator.choices.next).toBe('decline')
    expect((await open('/scenario', { scenario: 'miracle', for: 'next' })).status).toBe(400)
    merchant.simulator.choices.clear()
  })

  it('push a callback', async () => {
    const { orderId } = await merchant.validated()
    const before = merchant.inbox.received.length
    expect((await open(`/orders/${orderId}/callback`, { kind: 'plain' })).status).toBe(303)
    expect((await eventually(() => merchant.inbox.received[before])).get('orderid')).toBe(orderId)
  })

  it('take no forms from other sites and load nothing from elsewhere', async () => {
    const response = await fetch(`${merchant.simulator.origin}/scenario`, {
      method: 'POST',
      headers: { 'Sec-Fetch-Site': 'cross-site' },
      body: new URLSearchParams({ scenario: 'decline', for: 'default' }),
    })
    expect(response.status).toBe(403)
    expect(merchant.simulator.choices.default).toBe('approve')
    const page = await fetch(merchant.simulator.origin)
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(await page.text()).not.toMatch(/(src|href)="(https?:)?\/\//)
  })
})
