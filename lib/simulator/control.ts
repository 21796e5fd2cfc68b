import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { callbackKinds, pushCallback } from './callbacks.ts'
import { faultShape } from './faults.ts'
import { describeOrder, type Order } from './ledger.ts'
import { advance, overrule, submitForm } from './life.ts'
import { readBody, sendJson } from './requests.ts'
import { isScenario, scenarioNames, scenarios } from './scenarios.ts'
import type { World } from './world.ts'

const prefix = '/_control/'

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
  /** Opens the bank's form, so that status answers carry `redirect-to`; an address: theirs leads there instead. */
  form: z.union([z.literal(true), z.string().min(1)]).optional(),
  /** Whether a callback tells about it. */
  callback: z.boolean().default(false),
})
const formShape = z.strictObject({ decision: z.enum(['confirm', 'decline']) })

type Reply = { status: number; body: unknown }
const ok = (body: unknown): Reply => ({ status: 200, body })
const notFound: Reply = { status: 404, body: { error: 'not_found' } }

/** The control API: JSON in and out, for tests and for people with curl. Described in docs/simulator.md. */
export async function handleControl(world: World, req: IncomingMessage, res: ServerResponse, path: string) {
  const reply = await answer(world, req, path.slice(prefix.length).split('/'))
  sendJson(res, reply.status, reply.body)
}

export const isControlPath = (path: string) => path.startsWith(prefix)

async function answer(world: World, req: IncomingMessage, parts: string[]): Promise<Reply> {
  const [noun = '', id] = parts
  if (req.method === 'GET') return read(world, noun, id)
  if (req.method === 'DELETE' && noun === 'faults') {
    world.faults.clear()
    return ok({ faults: [] })
  }
  if (req.method !== 'POST') return { status: 405, body: { error: 'method_not_allowed' } }
  // A page of another site can send a form without asking, but not JSON.
  const type = req.headers['content-type'] ?? ''
  if (!type.startsWith('application/json'))
    return { status: 415, body: { error: 'application/json is needed' } }
  let body: unknown
  try {
    body = JSON.parse((await readBody(req)) || '{}')
  } catch {
    return { status: 400, body: { error: 'the body is no JSON' } }
  }
  try {
    return write(world, parts, body)
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error
    return { status: 400, body: { error: z.prettifyError(error) } }
  }
}

function read(world: World, noun: string, id: string | undefined): Reply {
  if (noun === 'orders' && id !== undefined) {
    const order = find(world, id)
    return order ? ok(describeOrder(order)) : notFound
  }
  if (noun === 'orders')
    return ok({ orders: world.ledger.all().map(describeOrder), strayPays: world.ledger.strayPays })
  if (noun === 'scenarios') return ok({ scenarios })
  if (noun === 'faults') return ok({ faults: world.faults.list() })
  if (noun === 'settings') return ok(world.settings)
  return notFound
}

function write(world: World, [noun = '', id, verb]: string[], body: unknown): Reply {
  if (noun === 'orders' && id !== undefined && verb !== undefined) {
    const order = find(world, id)
    return order ? act(world, order, verb, body) : notFound
  }
  switch (noun) {
    case 'scenario': {
      const { scenario, for: whom } = scenarioShape.parse(body)
      if (whom === 'default') world.choices.default = scenario
      else if (whom === 'next') world.choices.next = scenario
      else world.choices.byClientOrderId.set(whom.clientOrderId, scenario)
      return ok({ scenario, for: whom })
    }
    case 'faults': {
      world.faults.add(faultShape.parse(body))
      return ok({ faults: world.faults.list() })
    }
    case 'settings': {
      const { stepMs, retryMs, duplicates, secondPay, away } = settingsShape.parse(body)
      if (stepMs !== undefined) world.settings.stepMs = stepMs
      if (retryMs !== undefined) world.settings.retryMs = retryMs
      if (duplicates !== undefined) world.settings.duplicates = duplicates
      if (secondPay !== undefined) world.settings.secondPay = secondPay
      if (away !== undefined) world.settings.away = away
      return ok(world.settings)
    }
    case 'reset': {
      world.timers.clear()
      world.ledger.clear()
      world.faults.clear()
      world.choices.clear()
      return ok({ reset: true })
    }
    default:
      return notFound
  }
}

function act(world: World, order: Order, verb: string, body: unknown): Reply {
  switch (verb) {
    case 'callback': {
      const { kind, status, delayMs } = callbackShape.parse(body)
      if (!pushCallback(world, order, { kind, status, delayMs }))
        return { status: 409, body: { error: 'no callback URL' } }
      break
    }
    case 'status': {
      const { callback, stage, status, form, amount, errorCode, errorMessage } = statusShape.parse(body)
      overrule(world, order, {
        status,
        stage: stage ?? stageFor(status),
        ...(form !== undefined && { form: true }),
        ...(typeof form === 'string' && { formAddress: form }),
        ...(amount !== undefined && { amount }),
        ...(errorCode !== undefined && { errorCode }),
        ...(errorMessage !== undefined && { errorMessage }),
      })
      if (callback) pushCallback(world, order, { kind: 'plain' })
      break
    }
    case 'form': {
      const decision = formShape.parse(body).decision === 'confirm' ? 'confirmed' : 'declined'
      if (!submitForm(world, order, decision)) return { status: 409, body: { error: 'no form is open' } }
      break
    }
    case 'advance': {
      if (!advance(world, order)) return { status: 409, body: { error: 'nothing is planned' } }
      break
    }
    default:
      return notFound
  }
  return ok(describeOrder(order))
}

const stageFor = (status: string) => (status === 'processing' ? 'payout_processing' : `payout_${status}`)

/** By Cardzo's id or by ours. */
function find({ ledger }: World, id: string): Order | undefined {
  const text = safeDecode(id)
  return ledger.byOrderId(text) ?? ledger.byClientOrderId(text)
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
