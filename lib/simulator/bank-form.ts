import type { IncomingMessage, ServerResponse } from 'node:http'
import { signedCallback } from '#lib/cardzo/testing.ts'
import { outcomeFields } from './callbacks.ts'
import { html, type Html } from './html.ts'
import type { Order } from './ledger.ts'
import { submitForm } from './life.ts'
import { sendPage } from './page.ts'
import { readForm, sendText } from './requests.ts'
import type { World } from './world.ts'

/** The bank's form for the receiver, and the way back to the merchant after it. False when the token is unknown. */
export async function handleBankForm(
  world: World,
  req: IncomingMessage,
  res: ServerResponse,
  token: string,
): Promise<boolean> {
  const order = world.ledger.byFormToken(token)
  if (!order) return false
  if (req.method === 'GET' || req.method === 'HEAD') {
    if (order.form === 'open') showForm(res, order, null)
    else showReturn(world, res, order)
    return true
  }
  if (req.method !== 'POST') {
    res.setHeader('Allow', 'GET, POST')
    sendText(res, 405, 'GET or POST')
    return true
  }
  const form = await readForm(req)
  const decision = form?.get('decision')
  const name = form?.get('name')?.trim() ?? ''
  if (decision === 'decline') submitForm(world, order, 'declined')
  else if (decision === 'confirm' && name !== '') submitForm(world, order, 'confirmed')
  else {
    showForm(res, order, 'Enter the name of the account holder, then confirm or decline.')
    return true
  }
  showReturn(world, res, order)
  return true
}

function showForm(res: ServerResponse, order: Order, problem: string | null): void {
  const content = html`<h1>Confirm the payout to your account</h1>
    <p>The bank needs your word before it takes this payout in.</p>
    <section class="card">
      <dl>
        <dt>Amount</dt>
        <dd>${order.amount} ${order.currency}</dd>
        <dt>To account</dt>
        <dd>${order.accountLast4 === null ? '–' : `ending in ${order.accountLast4}`}</dd>
        <dt>Order</dt>
        <dd>${order.orderId}</dd>
      </dl>
    </section>
    <form method="post" action="/bank/${order.formToken}">
      ${problem === null ? null : html`<p class="problem" role="alert">${problem}</p>`}
      <label for="name">Name of the account holder</label>
      <input
        id="name"
        name="name"
        autocomplete="name"
        maxlength="100"
        value="${order.receiverName}"
        required
      />
      <div class="row">
        <button name="decision" value="confirm">Confirm</button>
        <button class="quiet" name="decision" value="decline" formnovalidate>Decline</button>
      </div>
    </form>`
  sendPage(res, problem === null ? 200 : 422, 'Confirm your payout', content, 'narrow')
}

/** The final redirect: a form that the browser POSTs to the merchant, by itself or by its button. */
function showReturn(world: World, res: ServerResponse, order: Order): void {
  const thanks: Record<Order['form'], string> = {
    confirmed: 'You have confirmed the payout.',
    declined: 'You have declined the payout.',
    open: 'This form is waiting for you.',
    none: 'There is nothing to fill in for this payout.',
  }
  const content = html`<h1>Thank you</h1>
    <p>${thanks[order.form]}</p>
    ${order.redirectUrl === null ? html`<p>You may close this page.</p>` : returnForm(world, order, order.redirectUrl)}`
  sendPage(res, 200, 'Thank you', content, 'narrow')
}

function returnForm({ merchant }: World, order: Order, redirectUrl: string): Html {
  const fields = signedCallback(order, merchant.control, outcomeFields(order))
  return html`<form method="post" action="${redirectUrl}" data-return>
      ${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
      <button>Return to the merchant</button>
    </form>
    <script src="/_static/return.js"></script>`
}
