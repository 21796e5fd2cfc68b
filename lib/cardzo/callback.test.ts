import { describe, expect, it } from 'vitest'
import { verifyCallback } from './callback.ts'
import kat from './kat.json' with { type: 'json' }
import { callbackControl, signedCallback } from './testing.ts'

const secret = 'test-merchant-control'
const ids = { status: 'approved', orderId: '1234567', clientOrderId: 'hf-abc' }
const good = signedCallback(ids, secret, {
  type: 'payout',
  amount: '10.00',
  error_message: 'null',
  error_code: 'null',
})
const verifyFields = (fields: Record<string, string>) => verifyCallback(Object.entries(fields), secret)
const without = (name: string) => Object.fromEntries(Object.entries(good).filter(([each]) => each !== name))

describe('a callback', () => {
  it('is believed when the published hash fits', () => {
    const control = kat.callbackControl.find(({ id }) => id === 'ctl-cb-01')!.expected_sha1
    expect(good['control']).toBe(control)
    const result = verifyCallback(new URLSearchParams(good), secret)
    expect(result).toMatchObject({
      ok: true,
      callback: { ...ids, amount: '10.00', errorMessage: null, errorCode: null },
    })
  })
  it.each(['merchant_order', 'client_orderid'])(
    'may leave out %s, as long as the other spelling is there',
    (name) => {
      expect(verifyFields(without(name))).toMatchObject({ ok: true, callback: ids })
      expect(verifyFields({ ...good, [name]: ' ' })).toMatchObject({ ok: true, callback: ids })
    },
  )
  it.each(['status', 'orderid', 'control'])('is refused without %s, blank ones included', (name) => {
    expect(verifyFields(without(name))).toEqual({ ok: false, reason: 'missing', parameter: name })
    expect(verifyFields({ ...good, [name]: '  ' })).toEqual({ ok: false, reason: 'missing', parameter: name })
  })
  it('is refused when all fields are empty, even with the right hash of nothing', () => {
    const control = callbackControl('', '', '', secret)
    const empty = { status: '', orderid: '', client_orderid: '', merchant_order: '', control }
    expect(verifyFields(empty)).toMatchObject({ ok: false, reason: 'missing' })
  })
  it('is refused when a parameter occurs twice, whatever its values', () => {
    const twice = [...Object.entries(good), ['status', 'approved']] as [string, string][]
    expect(verifyCallback(twice, secret)).toEqual({
      ok: false,
      reason: 'duplicate_parameter',
      parameter: 'status',
    })
  })
  it('is refused when it names two different orders of ours', () => {
    expect(verifyFields({ ...good, merchant_order: 'hf-abd' })).toMatchObject({
      ok: false,
      reason: 'ids_differ',
    })
  })
  it.each([
    ['status', 'approvedd'],
    ['orderid', '12345671'],
  ])('is refused when %s was changed', (name, value) => {
    expect(verifyFields({ ...good, [name]: value })).toMatchObject({
      ok: false,
      reason: 'bad_control',
    })
  })
  it.each(['', 'x', 'é'.repeat(40), '0'.repeat(40), '0'.repeat(39)])(
    'is refused with control "%s"',
    (control) => {
      expect(verifyFields({ ...good, control }).ok).toBe(false)
    },
  )
  it('with shifted ids still fits its hash, which is why the caller must compare the ids', () => {
    const shifted = { ...good, orderid: '123456', client_orderid: '7hf-abc', merchant_order: '7hf-abc' }
    expect(verifyFields(shifted)).toMatchObject({
      ok: true,
      callback: { orderId: '123456', clientOrderId: '7hf-abc' },
    })
  })
  it('gives the status in lower case but hashes what was sent', () => {
    const fields = signedCallback({ ...ids, status: 'Approved' }, secret)
    expect(verifyFields(fields)).toMatchObject({ ok: true, callback: { status: 'approved' } })
  })
})
