import { Hono } from 'hono'
import { html } from 'hono/html'
import { callbackKinds, pushCallback } from './callbacks.ts'
import { readForm, type Http } from './http.ts'
import { times, type Order } from './ledger.ts'
import { advance } from './order-moves.ts'
import { page, type Html } from './page-layout.ts'
import { isScenario, scenarioNames, scenarios, type ScenarioName } from './scenarios.ts'
import type { World } from './world.ts'

/** The pages for people: all orders, each with its log, and what can be done by hand. */
export function orderPages(world: World) {
  return new Hono<Http & { Variables: { order: Order } }>()
    .post('*', async (c, next) => {
      if (c.req.header('Sec-Fetch-Site') !== 'cross-site') return next()
      return c.text('This form was sent from another site', 403)
    })
    .get('/', (c) => page(c, 'Orders', overview(world)))
    .post('/scenario', async (c) => {
      const form = await readForm(c.env.incoming)
      const scenario = form?.get('scenario')
      if (!isScenario(scenario)) return c.text('No such scenario', 400)
      if (form?.get('for') === 'next') world.choices.next = scenario
      else world.choices.default = scenario
      return c.redirect('/', 303)
    })
    .use('/orders/:id/*', async (c, next) => {
      const order = world.ledger.byOrderId(c.req.param('id'))
      if (!order) return c.notFound()
      c.set('order', order)
      return next()
    })
    .get('/orders/:id', (c) => page(c, `Order ${c.var.order.orderId}`, orderPage(c.var.order)))
    .post('/orders/:id/callback', async (c) => {
      const form = await readForm(c.env.incoming)
      const kind = callbackKinds.find((each) => each === form?.get('kind')) ?? 'plain'
      pushCallback(world, c.var.order, { kind })
      return c.redirect(`/orders/${c.var.order.orderId}`, 303)
    })
    .post('/orders/:id/advance', (c) => {
      advance(world, c.var.order)
      return c.redirect(`/orders/${c.var.order.orderId}`, 303)
    })
}

function overview({ ledger, choices, basePath, merchant }: World): Html {
  const orders = ledger.all()
  return html`<h1>Cardzo simulator</h1>
    <p class="soft">
      Merchant <code>${merchant.login}</code>, gateway base path <code>${basePath || '/'}</code>. No bank is
      behind this, and no money moves. <a href="/">Refresh</a>
    </p>
    <section class="card" aria-labelledby="choose">
      <h2 id="choose">What happens to the coming orders</h2>
      <p>
        Default: <strong>${scenarios[choices.default].title}</strong>. Next order:
        <strong>${choices.next === null ? 'as the default' : scenarios[choices.next].title}</strong>. The
        cents of the amount or the end of the account number choose as well, see below.
      </p>
      <form method="post" action="/scenario">
        <label for="scenario">Scenario</label>
        <select id="scenario" name="scenario">
          ${scenarioNames.map((name) => option(name, choices.default))}
        </select>
        <div class="row">
          <button name="for" value="next">Use for the next order</button>
          <button class="quiet" name="for" value="default">Use as default</button>
        </div>
      </form>
    </section>
    <h2>Orders</h2>
    ${orders.length === 0 ? html`<p>None yet. They appear when the portal sends its first payout-check.</p>` : orderTable(orders)}
    <h2>Scenarios</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Scenarios">
      <table>
        <thead>
          <tr>
            <th scope="col">Scenario</th>
            <th scope="col">Cents</th>
            <th scope="col">Account ends in</th>
            <th scope="col">What happens</th>
          </tr>
        </thead>
        <tbody>
          ${scenarioNames.map(scenarioRow)}
        </tbody>
      </table>
    </div>`
}

const option = (name: ScenarioName, chosen: ScenarioName) =>
  name === chosen
    ? html`<option value="${name}" selected>${scenarios[name].title}</option>`
    : html`<option value="${name}">${scenarios[name].title}</option>`

const scenarioRow = (name: ScenarioName) =>
  html`<tr>
    <td>${scenarios[name].title}<br /><code>${name}</code></td>
    <td><code>.${scenarios[name].cents}</code></td>
    <td><code>${scenarios[name].account}</code></td>
    <td>${scenarios[name].explanation}</td>
  </tr>`

const statusBadge = (status: string) => html`<span class="status ${status}">${status}</span>`

// A load test makes thousands. People look for the newest; the control API has them all.
const shownOrders = 200

const orderTable = (orders: readonly Order[]) =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="Orders">
    <table>
      <thead>
        <tr>
          <th scope="col">Order</th>
          <th scope="col">Opened</th>
          <th scope="col" class="figure">Amount</th>
          <th scope="col">Status</th>
          <th scope="col">Stage</th>
          <th scope="col" class="figure">payout-pay</th>
          <th scope="col">Callback</th>
        </tr>
      </thead>
      <tbody>
        ${orders.slice(0, shownOrders).map(orderRow)}
      </tbody>
    </table>
  </div>`

const orderRow = (order: Order) =>
  html`<tr>
    <td><a href="/orders/${order.orderId}">${order.orderId}</a><br /><code>${order.clientOrderId}</code></td>
    <td>${clock(order.createdAt)}</td>
    <td class="figure">${order.amount} ${order.currency}</td>
    <td>${statusBadge(order.status)}</td>
    <td><code>${order.stage}</code></td>
    <td class="figure">${order.payReceived}</td>
    <td>${order.deliveries.at(-1)?.answer ?? '–'}</td>
  </tr>`

const clock = (iso: string) => html`<time datetime="${iso}">${iso.slice(11, 19)}</time>`

function orderPage(order: Order): Html {
  const facts: [string, string | Html][] = [
    ['Status', statusBadge(order.status)],
    ['Stage', html`<code>${order.stage}</code>`],
    ['Merchant’s order id', html`<code>${order.clientOrderId}</code>`],
    ['Amount', `${order.amount} ${order.currency}`],
    ['Account', order.accountLast4 === null ? '–' : `…${order.accountLast4}`],
    ['Scenario', scenarios[order.scenario].title],
    ['payout-pay', `${order.payReceived} received, ${order.payAccepted} accepted`],
    ['Money moved', `${times(order.amount, order.timesPaid)} ${order.currency}`],
    ['Error', order.errorMessage === null ? '–' : `${order.errorCode ?? ''} ${order.errorMessage}`],
    ['Bank’s form', order.form === 'none' ? '–' : html`<a href="/bank/${order.formToken}">${order.form}</a>`],
  ]
  return html`<p><a href="/">All orders</a></p>
    <h1>Order ${order.orderId}</h1>
    <section class="card">
      <dl>
        ${facts.map(
          ([name, value]) =>
            html`<dt>${name}</dt>
              <dd>${value}</dd>`,
        )}
      </dl>
      <div class="row">
        ${advanceForm(order)}
        <form method="post" action="/orders/${order.orderId}/callback">
          <label for="kind">Callback</label>
          <select id="kind" name="kind">
            ${callbackKinds.map((kind) => html`<option>${kind}</option>`)}
          </select>
          <div class="row"><button class="quiet">Send a callback now</button></div>
        </form>
      </div>
    </section>
    <h2>Log</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Log">
      <table>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">What</th>
            <th scope="col">Detail</th>
          </tr>
        </thead>
        <tbody>
          ${order.log.toReversed().map(logRow)}
        </tbody>
      </table>
    </div>`
}

const advanceForm = (order: Order) =>
  order.plan.length === 0 || order.form === 'open'
    ? html`<p class="soft">
        ${order.form === 'open' ? 'Waiting for the receiver.' : 'Nothing more will happen by itself.'}
      </p>`
    : html`<form method="post" action="/orders/${order.orderId}/advance">
        <button>Do the next step now</button>
      </form>`

const logRow = ({ at, what, detail, fields, repeated }: Order['log'][number]) =>
  html`<tr>
    <td>${clock(at)}</td>
    <td class="short"><code>${what}</code></td>
    <td>
      ${detail}
      ${repeated === undefined ? null : html`<span class="soft">${repeated.times} times, last at ${clock(repeated.lastAt)}</span>`}
      ${fields === undefined ? null : html`<br /><span class="code soft">${fieldList(fields)}</span>`}
    </td>
  </tr>`

const fieldList = (fields: Readonly<Record<string, string>>) =>
  Object.entries(fields)
    .map(([name, value]) => `${name}=${value}`)
    .join(' · ')
