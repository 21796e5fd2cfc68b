import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { processPayoutCheck } from './payout-check.ts'
import { processPayoutPay } from './payout-pay.ts'
import { hideValues, maskNumbers, redactAnswer, redactFields } from './redaction.ts'
import { processStatus } from './status.ts'
import { classifyStatusComplaint } from './status-complaints.ts'
import { writeFormAnswer } from './testing.ts'
import type { RawAnswer } from './verdicts.ts'

const ids = { clientOrderId: 'PO-1', orderId: '6768788' }

/** An answer as the transport would hand it over. */
function answer(
  body: Record<string, unknown> | string,
  status = 200,
  contentType = 'text/html;charset=utf-8',
): RawAnswer {
  const text = typeof body === 'string' ? body : writeFormAnswer(body as Record<string, string>)
  const headers = { date: 'Mon, 23 Nov 2026 10:00:00 GMT', contentType, simulator: false }
  const request = { url: 'https://gateway.example', fields: {} }
  return { command: 'status', status, headers, body: text, durationMs: 5, serial: 's-1', request }
}
const json = (body: unknown, status = 200) =>
  answer(typeof body === 'string' ? body : JSON.stringify(body), status, 'application/vnd.pay+json')

const accepted = { type: 'async-response', 'merchant-order-id': 'PO-1', 'paynet-order-id': '6768788' }
const rejected = {
  type: 'validation-error',
  'merchant-order-id': 'PO-1',
  'error-code': '1',
  'error-message': 'no',
}

describe('an answer to payout-check', () => {
  const judge = (raw: RawAnswer) => processPayoutCheck(raw, ids)

  it('opens the order when it is accepted, in form and in JSON mode', () => {
    const verdict = { kind: 'accepted', orderId: '6768788', serial: 's-1' }
    expect(judge(answer(accepted))).toEqual(verdict)
    expect(judge(json(accepted))).toEqual(verdict)
  })
  it('keeps every digit of an order id that JSON sends as a number', () => {
    const body =
      '{"type":"async-response","merchant-order-id":"PO-1","paynet-order-id":900719925474099312345}'
    expect(judge(json(body))).toMatchObject({ kind: 'accepted', orderId: '900719925474099312345' })
  })
  it('is a validation error with HTTP 200 in form mode and with 4xx in JSON mode, with or without a type', () => {
    const verdict = { kind: 'validation_error', code: '1', message: 'no' }
    expect(judge(answer(rejected))).toMatchObject(verdict)
    for (const status of [400, 402, 409, 422]) expect(judge(json(rejected, status))).toMatchObject(verdict)
    expect(judge(json({ 'error-message': 'no', 'error-code': 1 }, 400))).toMatchObject(verdict)
  })
  it('tells an error with an order id from one without', () => {
    const failed = { type: 'error', 'error-code': '9', 'error-message': 'broken' }
    expect(judge(answer(failed))).toMatchObject({
      kind: 'error',
      orderId: null,
      code: '9',
      message: 'broken',
    })
    expect(judge(answer({ ...failed, 'paynet-order-id': '7' }))).toMatchObject({
      kind: 'error',
      orderId: '7',
    })
  })
  it.each([401, 403, 404] as const)(
    'HTTP %d is about us and never about the payout, whatever the body says',
    (status) => {
      const verdict = { kind: 'refused_us', httpStatus: status, gatewayDate: 'Mon, 23 Nov 2026 10:00:00 GMT' }
      expect(judge(answer('Forbidden', status))).toMatchObject(verdict)
      expect(judge(json(rejected, status))).toMatchObject(verdict)
    },
  )
  it.each([
    ['http_status', answer(accepted, 500)],
    ['http_status', answer(accepted, 302)],
    ['http_status', answer(accepted, 201)],
    ['http_status', json(rejected, 503)],
    ['http_status', json(rejected, 429)],
    ['http_status', answer('<html>', 400)],
    ['http_status', json(accepted, 400)],
    ['empty', answer('')],
    ['empty', answer(' \n ')],
    ['unreadable', answer('<html><body>type=async-response</body></html>')],
    ['unreadable', answer('garbage')],
    ['unreadable', answer('type=async-response\n&paynet-order-id=67%E')],
    ['unreadable', answer('type=async-response\n&merchant-order-id=PO-1\n&paynet-order-id=67')],
    ['unreadable', answer('type=async-response\n&paynet-order-id=1\n&paynet-order-id=2\n')],
    ['unreadable', answer({ type: 'async-response', 'merchant-order-id': 'PO-1' })],
    ['unreadable', answer({ ...accepted, type: 'async-form-response' })],
    ['unreadable', answer({ 'paynet-order-id': '6768788' })],
    ['unreadable', json('{"type":"async-response"')],
    ['unreadable', json('["async-response"]')],
    ['other_ids', answer({ ...accepted, 'merchant-order-id': 'PO-2' })],
    ['other_ids', answer({ ...rejected, 'merchant-order-id': 'PO-2' })],
  ])('proves nothing: %s', (reason, raw) => {
    expect(judge(raw)).toMatchObject({ kind: 'silence', reason })
  })
  it('ignores fields it does not know', () => {
    expect(judge(answer({ ...accepted, 'end-point-id': '1', new: 'x y' }))).toMatchObject({
      kind: 'accepted',
    })
  })
})

describe('an answer to payout-pay', () => {
  const judge = (raw: RawAnswer) => processPayoutPay(raw, ids)

  it('is accepted with or without the order id, and never with another one', () => {
    expect(judge(answer(accepted))).toMatchObject({ kind: 'accepted', orderId: '6768788' })
    expect(judge(answer({ type: 'async-response' }))).toMatchObject({ kind: 'accepted', orderId: null })
    const other = answer({ ...accepted, 'paynet-order-id': '6768789' })
    expect(judge(other)).toMatchObject({ kind: 'silence', reason: 'other_ids' })
  })
  it('keeps a refusal apart from an error', () => {
    expect(judge(answer(rejected))).toMatchObject({ kind: 'validation_error' })
    expect(judge(answer({ ...rejected, type: 'error' }))).toMatchObject({ kind: 'error' })
  })
})

describe('an answer to a status request', () => {
  const judge = (raw: RawAnswer) => processStatus(raw, ids)
  const status = {
    ...accepted,
    type: 'status-response',
    status: ' Processing ',
    'order-stage': 'PAYOUT_CHECK_VALIDATED',
  }

  it('gives words in lower case and keeps them as they came', () => {
    expect(judge(answer(status))).toMatchObject({
      kind: 'status',
      status: 'processing',
      stage: 'payout_check_validated',
      raw: { status: 'Processing', stage: 'PAYOUT_CHECK_VALIDATED' },
      ...ids,
    })
  })
  it('carries the figures and references as text', () => {
    const more = {
      amount: 100.5,
      currency: 'eur',
      'redirect-to': 'https://bank.example/f',
      'processor-rrn': '12',
    }
    expect(judge(json({ ...status, ...more, 'processor-tx-id': 'PNTEST-1' }))).toMatchObject({
      amount: '100.5',
      currency: 'EUR',
      redirectTo: 'https://bank.example/f',
      processorTxId: 'PNTEST-1',
      references: { 'processor-rrn': '12' },
    })
  })
  it('without a status the order is processing', () => {
    expect(judge(answer({ ...status, status: '' }))).toMatchObject({
      status: 'processing',
      raw: { status: null },
    })
  })
  it('reads a decline that JSON mode sends as 4xx', () => {
    expect(judge(json({ ...status, status: 'declined' }, 400))).toMatchObject({
      kind: 'status',
      status: 'declined',
    })
  })
  it('is nothing to build on without both ids, or with other ones', () => {
    const without = { type: 'status-response', status: 'approved', 'merchant-order-id': 'PO-1' }
    expect(judge(answer(without))).toMatchObject({ kind: 'silence', reason: 'unreadable' })
    expect(judge(answer({ ...status, 'paynet-order-id': '1' }))).toMatchObject({
      kind: 'silence',
      reason: 'other_ids',
    })
    expect(judge(answer({ ...status, 'merchant-order-id': 'PO' }))).toMatchObject({ reason: 'other_ids' })
    expect(processStatus(answer(status), { clientOrderId: 'PO-1' })).toMatchObject({ orderId: '6768788' })
  })
  it('keeps a failed query apart from an order in error', () => {
    const failed = answer({ type: 'error', 'error-message': 'Internal error', status: 'error' })
    expect(judge(failed)).toMatchObject({ kind: 'query_error', message: 'Internal error' })
    expect(judge(answer({ ...status, status: 'error' }))).toMatchObject({ kind: 'status', status: 'error' })
  })
})

describe('a failed status query', () => {
  it.each([
    [
      'no_such_order',
      'validation-error',
      '1',
      'Error parsing PO-1 as client order ID and 6768788 as order ID',
    ],
    ['no_such_order', 'validation-error', null, 'Order with merchant order id PO-1 not found'],
    ['no_such_order', 'validation-error', null, 'Order not found'],
    ['no_such_order', 'error', null, 'Order not found'],
    ['no_such_order', 'error', '404', 'No such order'],
    ['no_such_order', 'error', null, 'Unknown order'],
    ['no_such_order', 'validation-error', null, 'Invalid client_orderid'],
    ['no_such_order', 'validation-error', null, "Order PO-1 doesn't exist"],
    ['no_such_order', 'validation-error', null, 'Could not find the transaction'],
    ['no_such_order', 'validation-error', null, 'Order not found for this merchant'],
    ['no_such_order', 'validation-error', 'ORDER_NOT_FOUND', null],
    ['no_such_order', 'validation-error', null, 'No order with client_orderid PO-1'],
    ['no_such_order', 'validation-error', '1', 'Nothing here by that name'],
    ['no_such_order', 'error', '404', 'Not found.'],
    ['no_such_order', 'error', null, 'Unknown client_orderid'],
    ['no_such_order', 'error', null, 'Payout does not exist'],
    ['control_error', 'validation-error', 'INVALID_CONTROL_CODE', null],
    ['control_error', 'validation-error', 'INVALID_CONTROL_CODE', 'Order not found'],
    ['control_error', 'error', '2', 'Wrong control parameter'],
    ['control_error', 'error', null, 'Signature does not match'],
    ['query_error', 'validation-error', null, 'Merchant with login test not found'],
    ['query_error', 'validation-error', null, 'Order cannot be read: login test not found'],
    ['query_error', 'validation-error', null, 'Endpoint 39915 not found'],
    ['query_error', 'validation-error', null, 'Unknown merchant'],
    ['query_error', 'validation-error', null, 'Wrong credentials'],
    ['query_error', 'validation-error', '1', 'Parameter client_orderid is required'],
    ['query_error', 'error', null, 'Order status unknown, try again later'],
    ['query_error', 'error', null, 'Internal error'],
    ['query_error', 'error', null, 'Something odd'],
    ['query_error', 'error', null, 'Endpoint not found for the order'],
    ['query_error', 'error', null, null],
    ['query_error', 'validation-error', '77', null],
  ] as const)('is %s: %s %s %s', (kind, type, code, message) => {
    expect(classifyStatusComplaint(type, { code, message }, ids)).toBe(kind)
  })

  it('is not misled by an order id that contains a telling word', () => {
    const asked = { clientOrderId: 'control-login-7' }
    const said = { code: null, message: 'Order control-login-7 not found' }
    expect(classifyStatusComplaint('validation-error', said, asked)).toBe('no_such_order')
  })
})

describe('what may be kept of an exchange', () => {
  const known = [
    'name',
    'type',
    'email',
    'phone',
    'login',
    'amount',
    'status',
    'comment',
    'purpose',
    'currency',
    'orderid',
    'ipaddress',
    'descriptor',
  ]
  it('shows numbers by their last four characters and no secrets', () => {
    const fields = {
      account_number: 'DE89370400440532013000',
      control: 'abc',
      amount: '1.00',
      credit_card_number: '123',
    }
    expect(redactFields(fields)).toEqual({ account_number: '…3000', amount: '1.00', credit_card_number: '…' })
  })
  it('shows no field in full that it does not know, whatever it is called', () => {
    const name = fc.stringMatching(/^[a-z]{3,12}([_-][a-z]{3,12})?$/)
    fc.assert(
      fc.property(name, fc.stringMatching(/^[A-Z0-9]{5,30}$/), (field, value) => {
        fc.pre(!known.includes(field.replaceAll('_', '-')))
        expect(JSON.stringify(redactFields({ [field]: value }))).not.toContain(value)
        expect(redactFields({ [field]: value })[field] ?? '…').toMatch(/^….{0,4}$/)
      }),
    )
    for (const field of ['iban', 'wallet', 'document_number', 'account-number', 'tax_id', 'bik'])
      expect(redactFields({ [field]: 'DE89370400440532013000' })).toEqual({ [field]: '…3000' })
    expect(redactFields({ api_token: 'x', 'session-secret': 'y' })).toEqual({})
  })
  it('masks numbers that a complaint quotes, and leaves ids, dates and amounts', () => {
    const masked = {
      'Account DE89 3704 0044 0532 0130 00 is closed': 'Account …3000 is closed',
      'Account de89370400440532013000 is closed': 'Account …3000 is closed',
      'ES91 2100 0418 4502 0005 1332 is closed': '…1332 is closed',
      'NL91 ABNA 0417 1643 00 is closed': '…4300 is closed',
      'Card 4111 1111 1111 1111 refused': 'Card …1111 refused',
      'Account 12-3456-7890123-00 refused': 'Account …2300 refused',
      'number=1234567890, sorry': 'number=…7890, sorry',
    }
    for (const [text, safe] of Object.entries(masked)) expect(maskNumbers(text)).toBe(safe)
    for (const text of [
      'Order 6768788 for po-abcdefghijklmnop not found',
      'At 2026-11-26 01:34:00 the limit of 1000.00 EUR was reached',
      'de893704-4005-4320-8300-012345678901 at 10.0.0.1:5432',
      'STEP12 then some more words',
    ])
      expect(maskNumbers(text)).toBe(text)
    expect(redactFields({ 'error-message': 'No account 1234567890' })).toEqual({
      'error-message': 'No account …7890',
    })
  })
  it('takes out of an answer what it was asked about, and secrets out of a body that nobody can read', () => {
    const asked = {
      account_number: '12345678',
      wallet: 'W-998-77',
      bank_name: 'Example Bank',
      client_orderid: 'po-1',
    }
    const said = 'Example Bank knows neither 12345678 nor W-998-77 of po-1'
    expect(hideValues(said, asked)).toBe('Example Bank knows neither …5678 nor …8-77 of po-1')
    const page = answer(
      '<p>control=0123456789012345678901234567890123456789&account=DE89370400440532013000</p>',
    )
    expect(redactAnswer(page).bodyStart).toBe('<p>control=…&account=…3000</p>')
  })
  it('keeps the host of the way back, not the token in it', () => {
    const fields = { redirect_url: 'https://portal.example/pay/secret/return?x=1' }
    expect(redactFields(fields)).toEqual({ redirect_url: 'https://portal.example/…' })
    expect(redactFields({ redirect_url: 'secret' })).toEqual({ redirect_url: '…' })
  })
  it('keeps the fields of a readable answer and the beginning of any other', () => {
    expect(redactAnswer(answer({ ...accepted, control: 'x' })).fields).toEqual(accepted)
    expect(redactAnswer(answer(`<p>${'x'.repeat(1000)}`)).bodyStart).toHaveLength(200)
  })
})
