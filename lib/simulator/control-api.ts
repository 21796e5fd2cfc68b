import { Hono } from 'hono'
import { z } from 'zod'
import { balanceShape } from './balances.ts'
import { callbackKinds, pushCallback } from './callbacks.ts'
import { faultShape } from './faults.ts'
import { readBody, type Http } from './http.ts'
import { describeOrder, type Order } from './ledger.ts'
import { advance, overrule, remember, submitForm } from './order-moves.ts'
import { isScenario, scenarioNames, scenarios } from './scenarios.ts'
import type { World } from './world.ts'

const scenarioShape = z.strictObject({
  scenario: z.custom<keyof typeof scenarios>(isScenario, `one of ${scenarioNames.join(', ')}`),
  for: z
    .union([z.literal('default'), z.literal('next'), z.strictObject({ clientOrderId: z.string().min(1) })])
    .default('default'),
})
const settingsShape = z
  .strictObject({
    stepMs: z.number().int().min(1),
    retryMs: z.number().int().min(1),
    duplicates: z.enum(['accept', 'refuse']),
    secondPay: z.enum(['accept', 'refuse']),
    away: z.boolean(),
  })
  .partial()
const callbackShape = z.strictObject({
  kind: z.enum(callbackKinds).default('plain'),
  status: z.string().min(1).optional(),
  delayMs: z.number().int().min(0).max(3_600_000).optional(),
})
const statusShape = z.strictObject({
  status: z.string().min(1),
  stage: z.string().min(1).optional(),
  amount: z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .optional(),
  errorCode: z.string().optional(),
  errorMessage: z.string().optional(),
  /** Opens the bank's form, so that status answers carry `redirect-to`. An address: `redirect-to` leads there instead. */
  form: z.union([z.literal(true), z.string().min(1)]).optional(),
  /** Whether to send a callback about it. */
  callback: z.boolean().default(false),
})
/** Orders of an earlier time, as they were then. `form`: the bank's form is open, and confirming it pays. */
const pastShape = z.strictObject({
  orders: z.array(
    z.strictObject({
      orderId: z.string().regex(/^\d+$/),
      clientOrderId: z.string().min(1),
      amount: z.string().regex(/^\d+(\.\d+)?$/),
      currency: z.string().regex(/^[A-Z]{3}$/),
      status: z.string().min(1),
      stage: z.string().min(1),
      form: z.boolean().default(false),
      /** Was payout-pay accepted for it? */
      paid: z.boolean().default(false),
      errorCode: z.string().nullable().default(null),
      errorMessage: z.string().nullable().default(null),
      callbackUrl: z.string().nullable().default(null),
      redirectUrl: z.string().nullable().default(null),
      accountLast4: z.string().nullable().default(null),
      receiverName: z.string().default(''),
    }),
  ),
})
const formShape = z.strictObject({ decision: z.enum(['confirm', 'decline']) })

const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])

type Api = Hono<Http & { Variables: { body: unknown; order: Order } }>

/** The control API: JSON in and out, for tests and for people with curl. docs/simulator.md describes it. */
export function controlApi(world: World) {
  const api: Api = new Hono()
  api.onError((error, c) => {
    if (error instanceof z.ZodError) return c.json({ error: z.prettifyError(error) }, 400)
    throw error
  })
  api.use(async (c, next) => {
    if (loopback.has(c.env.incoming.socket.remoteAddress ?? '')) return next()
    return c.text('The control API answers on loopback only', 403)
  })
  api.post('*', async (c, next) => {
    // A page of another site can send a form without asking, but not JSON.
    if (!c.req.header('Content-Type')?.startsWith('application/json'))
      return c.json({ error: 'application/json is needed' }, 415)
    try {
      c.set('body', JSON.parse((await readBody(c.env.incoming)) || '{}'))
    } catch {
      return c.json({ error: 'the body is not JSON' }, 400)
    }
    return next()
  })
  addOrders(api, world)
  api.get('/scenarios', (c) => c.json({ scenarios }))
  api.post('/scenario', (c) => {
    const { scenario, for: whom } = scenarioShape.parse(c.var.body)
    if (whom === 'default') world.choices.default = scenario
    else if (whom === 'next') world.choices.next = scenario
    else world.choices.byClientOrderId.set(whom.clientOrderId, scenario)
    return c.json({ scenario, for: whom })
  })
  api.get('/faults', (c) => c.json({ faults: world.faults.list() }))
  api.post('/faults', (c) => {
    world.faults.add(faultShape.parse(c.var.body))
    return c.json({ faults: world.faults.list() })
  })
  api.delete('/faults', (c) => {
    world.faults.clear()
    return c.json({ faults: [] })
  })
  api.get('/settings', (c) => c.json(world.settings))
  api.post('/settings', (c) => {
    Object.assign(world.settings, settingsShape.parse(c.var.body))
    return c.json(world.settings)
  })
  api.get('/balances', (c) => c.json({ balances: world.balances.list() }))
  api.post('/balances', (c) => {
    world.balances.set(balanceShape.parse(c.var.body))
    return c.json({ balances: world.balances.list() })
  })
  api.delete('/balances', (c) => {
    world.balances.clear()
    return c.json({ balances: [] })
  })
  api.post('/reset', (c) => {
    world.timers.clear()
    world.balances.keepWhile(() => {
      world.ledger.clear()
    })
    world.faults.clear()
    world.choices.clear()
    return c.json({ reset: true })
  })
  api.on(['GET', 'POST'], '*', (c) => c.json({ error: 'not_found' }, 404))
  api.all('*', (c) => c.json({ error: 'method_not_allowed' }, 405))
  return api
}

function addOrders(api: Api, world: World): void {
  api.get('/orders', (c) =>
    c.json({ orders: world.ledger.all().map(describeOrder), strayPays: world.ledger.strayPays }),
  )
  api.post('/orders', (c) => {
    const added = pastShape
      .parse(c.var.body)
      .orders.filter(({ orderId }) => world.ledger.byOrderId(orderId) === undefined)
    for (const past of added) remember(world, past)
    return c.json({ added: added.length })
  })
  // By Cardzo's id or by ours.
  api.use('/orders/:id/*', async (c, next) => {
    const id = c.req.param('id')
    const order = world.ledger.byOrderId(id) ?? world.ledger.byClientOrderId(id)
    if (!order) return c.json({ error: 'not_found' }, 404)
    c.set('order', order)
    return next()
  })
  api.get('/orders/:id', (c) => c.json(describeOrder(c.var.order)))
  api.post('/orders/:id/callback', (c) => {
    if (!pushCallback(world, c.var.order, callbackShape.parse(c.var.body)))
      return c.json({ error: 'no callback URL' }, 409)
    return c.json(describeOrder(c.var.order))
  })
  api.post('/orders/:id/status', (c) => {
    const { callback, stage, form, ...facts } = statusShape.parse(c.var.body)
    overrule(world, c.var.order, {
      ...facts,
      stage: stage ?? stageFor(facts.status),
      ...(form !== undefined && { form: true }),
      ...(typeof form === 'string' && { formAddress: form }),
    })
    if (callback) pushCallback(world, c.var.order, { kind: 'plain' })
    return c.json(describeOrder(c.var.order))
  })
  api.post('/orders/:id/form', (c) => {
    const decision = formShape.parse(c.var.body).decision === 'confirm' ? 'confirmed' : 'declined'
    if (!submitForm(world, c.var.order, decision)) return c.json({ error: 'no form is open' }, 409)
    return c.json(describeOrder(c.var.order))
  })
  api.post('/orders/:id/advance', (c) => {
    if (!advance(world, c.var.order)) return c.json({ error: 'nothing is planned' }, 409)
    return c.json(describeOrder(c.var.order))
  })
}

const stageFor = (status: string) => (status === 'processing' ? 'payout_processing' : `payout_${status}`)
