/** Judging the answers to the three commands. Whole, because a rule that holds for one often has to hold for all. */
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
  const received = { isWhole: false, problem: null }
  return { command: 'status', status, headers, body: text, received, durationMs: 5, serial: 's-1', request }
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

  it('opens the order when accepted, in form and in JSON mode', () => {
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
      const verdict = { kind: 'locked_out', httpStatus: status, gatewayDate: 'Mon, 23 Nov 2026 10:00:00 GMT' }
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

  it('gives words in lower case and also as they came', () => {
    expect(judge(answer(status))).toMatchObject({
      kind: 'status',
      status: 'processing',
      stage: 'payout_check_validated',
      raw: { status: 'Processing', stage: 'PAYOUT_CHECK_VALIDATED' },
      ...ids,
    })
  })
  it('has figures and references as text', () => {
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
  it.each([{}, { status: '' }, { status: ' ' }])('proves nothing without a status: %j', (given) => {
    const { status: _status, ...without } = status
    for (const raw of [answer({ ...without, ...given }), json({ ...without, ...given }), json(without, 400)])
      expect(judge(raw)).toMatchObject({ kind: 'silence', reason: 'unreadable' })
  })
  it.each(['reversal', 'Chargeback', 'payout-reversal', 'sale', 'payout-check'])(
    'is not about the payout when its transaction-type is %s, whatever it says',
    (type) => {
      for (const word of ['approved', 'declined', 'filtered', 'error', 'unknown', 'chain_declined']) {
        const raw = answer({ ...status, status: word, 'transaction-type': type })
        expect(judge(raw)).toMatchObject({ kind: 'other_operation', type: type.toLowerCase(), status: word })
      }
      const beyond = { 'order-stage': 'payout_processing', 'transaction-type': type }
      expect(judge(answer({ ...status, ...beyond }))).toMatchObject({ kind: 'other_operation' })
    },
  )
  it('never allows payout-pay by the status of another operation', () => {
    const raw = answer({ ...status, 'transaction-type': 'reversal' })
    expect(judge(raw)).toMatchObject({ kind: 'other_operation', stage: 'payout_check_validated' })
  })
  it.each(['payout', 'PAYOUT', ' ', 'payout-pay', 'payout-check', 'payout_check'])(
    'is about the payout while the bank checks it and the transaction-type is "%s"',
    (type) => {
      expect(judge(answer({ ...status, 'transaction-type': type }))).toMatchObject({ kind: 'status' })
    },
  )
  it('reads a decline that JSON mode sends as 4xx', () => {
    expect(judge(json({ ...status, status: 'declined' }, 400))).toMatchObject({
      kind: 'status',
      status: 'declined',
    })
  })
  it('proves nothing without both ids, or with other ones', () => {
    const without = { type: 'status-response', status: 'approved', 'merchant-order-id': 'PO-1' }
    expect(judge(answer(without))).toMatchObject({ kind: 'silence', reason: 'unreadable' })
    expect(judge(answer({ ...status, 'paynet-order-id': '1' }))).toMatchObject({
      kind: 'silence',
      reason: 'other_ids',
    })
    expect(judge(answer({ ...status, 'merchant-order-id': 'PO' }))).toMatchObject({ reason: 'other_ids' })
    expect(processStatus(answer(status), { clientOrderId: 'PO-1' })).toMatchObject({ orderId: '6768788' })
  })
  it('distinguishes a failed query from an order in error', () => {
    const failed = answer({ type: 'error', 'error-message': 'Internal error', status: 'error' })
    expect(judge(failed)).toMatchObject({ kind: 'query_error', message: 'Internal error' })
    expect(judge(answer({ ...status, status: 'error' }))).toMatchObject({ kind: 'status', status: 'error' })
  })
})

describe('odd bytes in an answer', () => {
  const judge = (raw: RawAnswer) => processStatus(raw, ids)
  const fields = {
    type: 'status-response',
    'merchant-order-id': 'PO-1',
    'paynet-order-id': '6768788',
    status: 'approved',
    'order-stage': 'payout_approved',
    amount: '100.50',
    currency: 'EUR',
    'transaction-type': 'payout',
  }
  const form = (odd: Record<string, string>) =>
    Object.entries({ ...fields, ...odd })
      .map(([name, value]) => `${name}=${value}\n`)
      .join('&')
  // What the transport makes of a byte that is not UTF-8, and what a careless writer escapes.
  const oddValues = ['Declin\uFFFD', '50 % off', '100%', '%E9t%E9', '%', '%ZZ', '%C3', 'a%F0%9F%98']

  it.each(oddValues)('a final status stays final when a text field holds %j', (value) => {
    for (const name of ['error-message', 'descriptor', 'redirect-to', 'a-field-nobody-knows'])
      expect(judge(answer(form({ [name]: value })))).toMatchObject({ kind: 'status', status: 'approved' })
    const inJson = { ...fields, 'error-message': value, descriptor: '\uD83D' }
    expect(judge(json(inJson))).toMatchObject({ kind: 'status', status: 'approved' })
  })

  it.each(oddValues)('nothing is guessed when a deciding field holds %j', (value) => {
    for (const name of Object.keys(fields)) {
      expect(judge(answer(form({ [name]: value })))).toMatchObject({ kind: 'silence', reason: 'unreadable' })
    }
  })

  it.each(['\uFFFD', '\uD83D', { a: 1 }, ['x']])('nor in JSON: %j', (value) => {
    for (const name of Object.keys(fields)) {
      const raw = json(JSON.stringify({ ...fields, [name]: value }))
      expect(judge(raw)).toMatchObject({ kind: 'silence', reason: 'unreadable' })
    }
  })

  it('nor when a deciding field has two values, or the name of a field cannot be read', () => {
    const whole = JSON.stringify(fields)
    for (const name of Object.keys(fields)) {
      expect(judge(answer(`${form({})}&${name}=other\n`))).toMatchObject({ reason: 'unreadable' })
      const twice = `${whole.slice(0, -1)},"${name.replace('t', '\\u0074')}":"other"}`
      expect(judge(json(twice))).toMatchObject({ kind: 'silence', reason: 'unreadable' })
    }
    expect(judge(answer(`${form({})}&am%ount=99.00\n`))).toMatchObject({ reason: 'unreadable' })
    // The same name inside another object, or twice for a text field, does no harm.
    expect(judge(json({ ...fields, card: { status: 'declined' } }))).toMatchObject({ status: 'approved' })
    expect(judge(answer(`${form({ name: 'A' })}&name=B\n`))).toMatchObject({ status: 'approved' })
  })

  it('is read by its shape, whatever its label says, even after a byte order mark', () => {
    for (const label of ['application/json', 'text/html', 'application/octet-stream', '']) {
      for (const body of [form({}), JSON.stringify(fields), ` \r\n${JSON.stringify(fields)}`]) {
        expect(judge(answer(body, 200, label))).toMatchObject({ kind: 'status', status: 'approved' })
        expect(judge(answer(`\uFEFF${body}`, 200, label))).toMatchObject({ status: 'approved' })
      }
    }
    expect(judge(answer('<html>', 200, 'application/json'))).toMatchObject({ reason: 'unreadable' })
    expect(judge(json(rejected, 400))).toMatchObject({ kind: 'query_error' })
  })
})

describe('a failed status query', () => {
  it.each([
    'Error parsing PO-1 as client order ID and 6768788 as order ID',
    'Error parsing PO-1 as client order ID and null as order ID',
    'Order with merchant order id PO-1 not found',
    'Order not found',
    'Error: order not found',
    'Order not found.',
    'No such order',
    'Unknown order',
    'Invalid client_orderid',
    "Order PO-1 doesn't exist",
    'Could not find the transaction',
    "Can't find order PO-1",
    'Order not found for this merchant',
    'Order PO-1 not found for endpoint 39915',
    'No order with client_orderid PO-1',
    'No order found for client_orderid=PO-1',
    'There is no such order',
    'The requested order "PO-1" was not found',
    'Order [6768788] is not known',
    'Not found.',
    'Unknown client_orderid',
    'Payout does not exist',
    'Merchant order not found',
    'No order with that client_orderid',
    'Not found: order PO-1',
    'Status request failed: order not found',
  ])('says that there is no such order: %s', (message) => {
    for (const code of [null, '1', '404'])
      expect(classifyStatusComplaint({ code, message }, ids)).toBe('no_such_order')
  })

  it.each(['ORDER_NOT_FOUND', 'order-not-found', 'NO_SUCH_ORDER', 'UNKNOWN_ORDER', 'ORDER_DOES_NOT_EXIST'])(
    'says so by its code: %s',
    (code) => {
      expect(classifyStatusComplaint({ code, message: null }, ids)).toBe('no_such_order')
    },
  )

  it.each([
    ['locked_out', 'INVALID_CONTROL_CODE', null],
    ['locked_out', 'INVALID_CONTROL_CODE', 'Order not found'],
    ['locked_out', '2', 'Wrong control parameter'],
    ['locked_out', null, 'Signature does not match'],
    ['query_error', null, 'Merchant with login test not found'],
    ['query_error', null, 'Order cannot be read: login test not found'],
    ['query_error', null, 'Endpoint 39915 not found'],
    ['query_error', null, 'Unknown merchant'],
    ['query_error', null, 'Wrong credentials'],
    ['query_error', '1', 'Parameter client_orderid is required'],
    ['query_error', null, 'Order status unknown, try again later'],
    ['query_error', null, 'Transaction outcome is unknown'],
    ['query_error', null, 'Order status is unknown'],
    ['query_error', null, 'Internal error'],
    ['query_error', null, 'Something odd'],
    ['query_error', '1', 'Nothing here by that name'],
    ['query_error', null, 'Endpoint not found for the order'],
    ['query_error', null, 'Processor for the order was not found'],
    ['query_error', null, 'Currency rate of the order not found'],
    ['query_error', null, 'Order 12345 not found'],
    ['query_error', null, 'Order not found, try again later'],
    ['query_error', null, 'Invalid transaction'],
    ['query_error', '12', 'Invalid transaction'],
    ['query_error', null, 'Order state is invalid'],
    ['query_error', null, null],
    ['query_error', '77', null],
  ] as const)('is %s: %s %s', (kind, code, message) => {
    expect(classifyStatusComplaint({ code, message }, ids)).toBe(kind)
  })

  const declines = [
    'Declined by the issuer',
    'The issuing bank declined the payment.',
    'Order is filtered',
    'Order PO-1 was declined: account not found',
    'Transaction declined. Recipient not found',
    'Payout refused by bank, order unknown to it',
    'Stopped by fraud rules',
    'Do not honor',
    'No such issuer',
    'Insufficient funds',
    'Account not found',
    'Blocked by a filter of the merchant',
    'Beneficiary does not exist',
    'Order not found: declined by the acquirer',
    'Payment rejected',
    'Transaction not permitted to cardholder',
    'Exceeds withdrawal limit',
  ]
  it.each(declines)('never mistakes a decline for a missing order: %s', (message) => {
    for (const code of [null, '3', 'DECLINED', 'ORDER_NOT_FOUND'])
      expect(classifyStatusComplaint({ code, message }, ids)).toBe('query_error')
    const said = { 'error-message': message, 'error-code': 3 }
    for (const raw of [json(said, 400), json({ ...said, type: 'validation-error' }, 422)])
      expect(processStatus(raw, { clientOrderId: 'PO-1' })).toMatchObject({ kind: 'query_error' })
    const form = answer({ type: 'validation-error', 'error-message': message, 'error-code': '3' })
    expect(processStatus(form, { clientOrderId: 'PO-1' })).toMatchObject({ kind: 'query_error' })
  })

  it('never mistakes an answer that names an order for a missing order', () => {
    const knows = fc.constantFrom(
      { 'paynet-order-id': '12345' },
      { orderid: '12345' },
      { 'order-stage': 'payout_declined' },
      { status: 'declined' },
      { status: 'processing' },
      { 'processor-tx-id': 'PNTEST-1' },
    )
    const message = fc.oneof(
      fc.constantFrom('Order not found', 'No such order', 'Not found', ...declines),
      fc.string({ maxLength: 40 }),
    )
    const type = fc.constantFrom('validation-error', 'error', null)
    fc.assert(
      fc.property(knows, message, type, fc.boolean(), (order, text, given, isJson) => {
        const said = { ...(given !== null && { type: given }), ...order, 'error-message': text }
        const raw = isJson ? json(said, 400) : answer(said)
        expect(processStatus(raw, { clientOrderId: 'PO-1' }).kind).not.toBe('no_such_order')
      }),
    )
  })

  it('reads nothing into random words', () => {
    const words = fc.array(
      fc.constantFrom(
        ...'order transaction not found unknown is the for status state bank declined by with id 12345 amount rate card and'.split(
          ' ',
        ),
      ),
      { minLength: 1, maxLength: 8 },
    )
    fc.assert(
      fc.property(words, (said) => {
        const message = said.join(' ')
        if (!/status|state|bank|declined|12345|amount|rate|card/.test(message)) return
        expect(classifyStatusComplaint({ code: null, message }, ids)).toBe('query_error')
      }),
      { numRuns: 2000 },
    )
  })

  it('is not misled by an order id that contains a significant word', () => {
    const asked = { clientOrderId: 'control-login-7' }
    const said = { code: null, message: 'Order control-login-7 not found' }
    expect(classifyStatusComplaint(said, asked)).toBe('no_such_order')
  })
})

describe('what is kept of an exchange', () => {
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
  it('never shows an unknown field in full, whatever its name', () => {
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
  it('removes what was asked from an answer, and secrets from an unreadable body', () => {
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
  it('keeps the host of a return address, not the token in it', () => {
    const fields = { redirect_url: 'https://portal.example/pay/secret/return?x=1' }
    expect(redactFields(fields)).toEqual({ redirect_url: 'https://portal.example/…' })
    expect(redactFields({ redirect_url: 'secret' })).toEqual({ redirect_url: '…' })
  })
  it('keeps the fields of a readable answer and the beginning of any other', () => {
    expect(redactAnswer(answer({ ...accepted, control: 'x' })).fields).toEqual(accepted)
    expect(redactAnswer(answer(`<p>${'x'.repeat(1000)}`)).bodyStart).toHaveLength(200)
  })
})
