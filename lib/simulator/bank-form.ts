import { Hono, type Context } from 'hono'
import { html } from 'hono/html'
import { signedCallback } from '#lib/cardzo/testing.ts'
import { outcomeFields } from './callbacks.ts'
import { readForm, type Http } from './http.ts'
import type { Order } from './ledger.ts'
import { submitForm } from './order-moves.ts'
import { page, type Html } from './page-layout.ts'
import type { World } from './world.ts'

/** The bank's form for the receiver, and from it the way back to the merchant. */
export function bankForm(world: World) {
  return new Hono<Http & { Variables: { order: Order } }>()
    .use('/:token', async (c, next) => {
      const order = world.ledger.byFormToken(c.req.param('token'))
      if (!order) return c.notFound()
      c.set('order', order)
      return next()
    })
    .get('/:token', (c) => {
      const { order } = c.var
      return order.form === 'open' ? showForm(c, order, null) : showReturn(c, world, order)
    })
    .post(async (c) => {
      const { order } = c.var
      const form = await readForm(c.env.incoming)
      const decision = form?.get('decision')
      const name = form?.get('name')?.trim() ?? ''
      if (decision === 'decline') submitForm(world, order, 'declined')
      else if (decision === 'confirm' && name !== '') submitForm(world, order, 'confirmed')
      else return showForm(c, order, 'Enter the name of the account holder, then confirm or decline.')
      return showReturn(c, world, order)
    })
    .all((c) => c.text('GET or POST', 405, { Allow: 'GET, POST' }))
}

function showForm(c: Context, order: Order, problem: string | null) {
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
  return page(c, 'Confirm your payout', content, 'narrow', problem === null ? 200 : 422)
}

/** The final redirect: a form that the browser POSTs to the merchant, by itself or when its button is pressed. */
function showReturn(c: Context, world: World, order: Order) {
  const thanks: Record<Order['form'], string> = {
    confirmed: 'You have confirmed the payout.',
    declined: 'You have declined the payout.',
    open: 'This form is waiting for you.',
    none: 'There is nothing to fill in for this payout.',
  }
  const content = html`<h1>Thank you</h1>
    <p>${thanks[order.form]}</p>
    ${order.redirectUrl === null ? html`<p>You may close this page.</p>` : returnForm(world, order, order.redirectUrl)}`
  return page(c, 'Thank you', content, 'narrow')
}

function returnForm({ merchant }: World, order: Order, redirectUrl: string): Html {
  const fields = signedCallback(order, merchant.control, outcomeFields(order))
  return html`<form method="post" action="${redirectUrl}" data-return>
      ${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
      <button>Return to the merchant</button>
    </form>
    <script src="/_static/return.js"></script>`
}
