import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { redactFields, statusControl, verifyOAuth } from '#lib/cardzo/testing.ts'
import { writeAnswer, type Answer, type AnswerFields } from './answers.ts'
import { isDoneFirst, isWordFault, otherWords, spoil, type Command, type Fault } from './faults.ts'
import { payoutCheck, payoutPay, status, type Asked } from './payout-commands.ts'
import { originOf, readForm, sendText } from './requests.ts'
import type { World } from './world.ts'

/** How far a request's clock may be off. */
const clockSkewS = 300

/** One of the commands below the base path. False when the path is none of them, so that the caller says 404. */
export async function handleGateway(
  world: World,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<boolean> {
  const path = new URL(req.url ?? '/', originOf(req)).pathname
  const route = parsePath(world, path)
  if (!route) return false
  if (req.method !== 'POST') {
    res.setHeader('Allow', 'POST')
    sendText(res, 405, 'POST only')
    return true
  }
  const form = await readForm(req)
  if (!form) {
    sendText(res, 400, 'A form body of at most 64 KiB is needed, every name once')
    return true
  }
  answerOrSpoil(world, req, res, route, form)
  return true
}

type Route = { command: Command; version: 'v2' | 'v4' }

/** The versioned command and our endpoint or group (docs/protocol.md#endpoints). */
function parsePath({ basePath, merchant }: World, path: string): Route | null {
  if (!path.startsWith(`${basePath}/api/`)) return null
  const rest = path.slice(basePath.length)
  const [, version, command, group, target] =
    /^\/api\/(v2|v4)\/(payout-check|payout-pay|status)(\/group)?\/(\d{1,19})$/.exec(rest) ?? []
  if (version === undefined || command === undefined || target === undefined) return null
  if (command !== 'status' && version !== 'v4') return null
  const { endpoint } = merchant
  const isOurs =
    endpoint === null ||
    ('id' in endpoint ? !group && target === endpoint.id : group && target === endpoint.groupId)
  return isOurs ? { command: command as Command, version: version as Route['version'] } : null
}

function answerOrSpoil(
  world: World,
  req: IncomingMessage,
  res: ServerResponse,
  route: Route,
  form: Map<string, string>,
) {
  const { command } = route
  if (world.settings.away) {
    if (command === 'payout-pay') countPay(world, form)
    res.socket?.destroy()
    return
  }
  // Counted on arrival, before anybody looks at it: the ledger must know of every attempt to pay.
  if (command === 'payout-pay') countPay(world, form)
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
  const refused = version === 'v4' ? checkSignature(world, req, form) : null
  if (refused) return { status: 403, contentType: 'text/plain;charset=utf-8', body: refused }
  const serial = world.ledger.nextSerial()
  const asked: Asked = { form, serial, origin: originOf(req), fields: redactFields(Object.fromEntries(form)) }
  const controlError = version === 'v2' ? checkControl(world, asked) : null
  const right: AnswerFields = controlError ?? execute(world, command, asked)
  const fields =
    fault && isWordFault(fault) ? otherWords(fault, right, form.get('client_orderid') ?? '') : right
  return writeAnswer(req.headers.accept, fields, command === 'payout-check')
}

function execute(world: World, command: Command, asked: Asked): AnswerFields {
  switch (command) {
    case 'payout-check':
      return payoutCheck(world, asked)
    case 'payout-pay':
      return payoutPay(world, asked)
    case 'status':
      return status(world, asked)
  }
}

/** OAuth of the v4 commands: signature, our merchant, a clock that is right, a nonce that is new. */
function checkSignature(
  { merchant, nonces }: World,
  req: IncomingMessage,
  form: Map<string, string>,
): string | null {
  const { authorization } = req.headers
  const url = `${originOf(req)}${req.url ?? ''}`
  const check = verifyOAuth({ method: 'POST', url, authorization, body: form }, merchant.publicKey)
  if (!check.ok) return `OAuth: ${check.reason}`
  if (check.consumerKey !== merchant.login) return 'OAuth: unknown consumer'
  const now = Date.now() / 1000
  if (Math.abs(now - check.timestamp) > clockSkewS) return 'OAuth: timestamp refused'
  for (const [nonce, until] of nonces) if (until < now) nonces.delete(nonce)
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
