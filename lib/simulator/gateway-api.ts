import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { Hono } from 'hono'
import { redactFields, statusControl, verifyOAuth, verifyOAuthByControl } from '#lib/cardzo/testing.ts'
import { writeAnswer, writeRecords, type Answer, type AnswerFields } from './answer-formats.ts'
import { isDoneFirst, isWordFault, otherWords, spoil, type Command, type Fault } from './faults.ts'
import { readForm, type Http } from './http.ts'
import { payoutCheck, payoutPay, refuse, status, type Asked } from './payout-commands.ts'
import type { World } from './world.ts'

/** How far the clock in a request may be off. */
const clockSkewS = 300

type Route = { command: Command; version: 'v2' | 'v4' }

/** The commands below the base path, for our endpoint or group (docs/protocol.md#endpoints). */
export function gatewayApi(world: World) {
  const api = new Hono<Http>()
  const commands = (path: string, version: Route['version']) => {
    api.post(path, async (c) => {
      const form = await readForm(c.env.incoming)
      if (!form) return c.text('A form body of at most 64 KiB is needed, every name once', 400)
      answerOrSpoil(world, c.env, { command: c.req.param('command') as Command, version }, form)
      return RESPONSE_ALREADY_SENT
    })
    api.all(path, (c) => c.text('POST only', 405, { Allow: 'POST' }))
  }
  for (const target of targetsOf(world)) {
    commands(`/api/v4/:command{payout-check|payout-pay|status}/${target}`, 'v4')
    commands(`/api/v2/:command{status}/${target}`, 'v2')
  }
  commands('/api/v2/:command{get-balance}/merchant/:login', 'v2')
  return api
}

function targetsOf({ merchant: { endpoint } }: World): string[] {
  if (endpoint === null) return [':id{[0-9]{1,19}}', 'group/:id{[0-9]{1,19}}']
  return 'id' in endpoint ? [endpoint.id] : [`group/${endpoint.groupId}`]
}

/** Written by hand on Node's own response, because a fault needs the socket. */
function answerOrSpoil(
  world: World,
  { incoming: req, outgoing: res }: Http['Bindings'],
  route: Route,
  form: Map<string, string>,
) {
  const { command } = route
  // Counted on arrival, before anything else: the ledger must know of every attempt to pay.
  if (command === 'payout-pay') countPay(world, form)
  if (world.settings.away) {
    res.socket?.destroy()
    return
  }
  const fault = world.faults.take(command, form.get('client_orderid'), payArrived(world, form))
  if (fault) noteFault(world, form, command, fault.fault)
  if (fault && !isDoneFirst(fault)) {
    const words = isWordFault(fault) && otherWords(fault, null, form.get('client_orderid') ?? '')
    spoil(res, fault, words ? writeAnswer(req.headers.accept, words) : null)
    return
  }
  const answer = carryOut(world, req, route, form, fault)
  if (fault) spoil(res, fault, answer)
  else res.writeHead(answer.status, { 'Content-Type': answer.contentType }).end(answer.body)
}

function countPay({ ledger }: World, form: Map<string, string>): void {
  const order = ledger.byOrderId(form.get('orderid') ?? '')
  if (order) order.payReceived++
  else ledger.strayPays++
}

const payArrived = ({ ledger }: World, form: Map<string, string>): boolean =>
  (ledger.byOrderId(form.get('orderid') ?? '')?.payReceived ?? 0) > 0

function noteFault({ ledger }: World, form: Map<string, string>, command: string, fault: string): void {
  const order =
    ledger.byOrderId(form.get('orderid') ?? '') ?? ledger.byClientOrderId(form.get('client_orderid') ?? '')
  if (order) ledger.note(order, command, `hit by the fault "${fault}"`)
}

function carryOut(
  world: World,
  req: IncomingMessage,
  { command, version }: Route,
  form: Map<string, string>,
  fault: Fault | undefined,
): Answer {
  if (command === 'get-balance') return balance(world, req, form)
  const refused = version === 'v4' ? checkSignature(world, req, form, verifyByKey) : null
  if (refused) return { status: 403, contentType: 'text/plain;charset=utf-8', body: refused }
  const serial = world.ledger.nextSerial()
  const asked: Asked = { form, serial, origin: originOf(req), fields: redactFields(Object.fromEntries(form)) }
  const wrongControl = version === 'v2' ? checkControl(world, asked) : null
  const right: AnswerFields = wrongControl ?? execute(world, command, asked)
  const fields =
    fault && isWordFault(fault) ? otherWords(fault, right, form.get('client_orderid') ?? '') : right
  return writeAnswer(req.headers.accept, fields, command === 'payout-check')
}

/** The merchant's balances: signed with the control key, and only where they are enabled. */
function balance(world: World, req: IncomingMessage, form: Map<string, string>): Answer {
  const wrong = checkSignature(world, req, form, verifyByControl)
  const { pathname } = new URL(`${originOf(req)}${req.url ?? ''}`)
  const login = decodeURIComponent(pathname.split('/').at(-1) ?? '')
  const refused = wrong ?? (login === world.merchant.login ? null : 'OAuth: not this merchant')
  if (refused) return { status: 403, contentType: 'text/plain;charset=utf-8', body: refused }
  const asked: Asked = { form, serial: world.ledger.nextSerial(), origin: '', fields: {} }
  const name = form.get('balance-name')
  const found = world.balances.list(name)
  if (!world.balances.isEnabled)
    return writeAnswer(req.headers.accept, refuse(asked, 'Balances are not enabled for this merchant'))
  if (found.length === 0)
    return writeAnswer(req.headers.accept, refuse(asked, `No balance named ${name ?? ''}`))
  return writeRecords(req.headers.accept, found)
}

function execute(world: World, command: Exclude<Command, 'get-balance'>, asked: Asked): AnswerFields {
  switch (command) {
    case 'payout-check':
      return payoutCheck(world, asked)
    case 'payout-pay':
      return payoutPay(world, asked)
    case 'status':
      return status(world, asked)
  }
}

/** The address by which the caller reached us; links for the same caller are built from it. */
const originOf = (req: IncomingMessage) => `http://${req.headers.host ?? '127.0.0.1'}`

type Verify = (world: World, request: Parameters<typeof verifyOAuth>[0]) => ReturnType<typeof verifyOAuth>
const verifyByKey: Verify = ({ merchant }, request) => verifyOAuth(request, merchant.publicKey)
const verifyByControl: Verify = ({ merchant }, request) => verifyOAuthByControl(request, merchant.control)

/** OAuth: a right signature of our merchant, a clock that agrees, a new nonce. Null when all is well. */
function checkSignature(
  world: World,
  req: IncomingMessage,
  form: Map<string, string>,
  verify: Verify,
): string | null {
  const { merchant, nonces } = world
  const { authorization } = req.headers
  const url = `${originOf(req)}${req.url ?? ''}`
  const check = verify(world, { method: 'POST', url, authorization, body: form })
  if (!check.ok) return `OAuth: ${check.reason}`
  if (check.consumerKey !== merchant.login) return 'OAuth: unknown consumer'
  const now = Date.now() / 1000
  if (Math.abs(now - check.timestamp) > clockSkewS) return 'OAuth: timestamp refused'
  // The oldest come first.
  for (const [nonce, until] of nonces) {
    if (until >= now) break
    nonces.delete(nonce)
  }
  const nonce = `${check.timestamp} ${check.nonce}`
  if (nonces.has(nonce)) return 'OAuth: nonce used'
  nonces.set(nonce, now + 2 * clockSkewS)
  return null
}

function checkControl({ merchant }: World, { form, serial }: Asked): AnswerFields | null {
  const login = form.get('login') ?? ''
  const right = statusControl(
    login,
    form.get('client_orderid') ?? '',
    form.get('orderid') ?? '',
    merchant.control,
  )
  const given = Buffer.from(form.get('control') ?? '')
  const isRight = given.length === right.length && timingSafeEqual(given, Buffer.from(right))
  if (isRight && login === merchant.login) return null
  return {
    type: 'validation-error',
    'serial-number': serial,
    'error-message': isRight ? 'Unknown login' : 'Invalid control code',
    'error-code': isRight ? 'INVALID_LOGIN' : 'INVALID_CONTROL_CODE',
  }
}
