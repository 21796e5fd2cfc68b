import { expect, it } from 'vitest'
import { exchangeOf } from './exchange.ts'

const at = new Date('2026-11-26T10:00:00Z')
const exchange = {
  ...{
    command: 'status',
    url: 'https://gate/status',
    sent: { login: 'm' },
    httpStatus: 200,
    answer: '{"status":"x"}',
  },
  ...{ durationMs: 41, gatewayDate: 'Thu, 26 Nov 2026 09:59:59 GMT', serialNumber: null, error: null },
}

it('reads a request and its answer, with the duration and both clocks', () => {
  expect(exchangeOf({ data: { exchange }, at })).toMatchObject({
    ...{ command: 'status', httpStatus: 200, durationMs: 41, accepted: true, clockOffS: null },
    ...{ sent: '{\n  "login": "m"\n}', answer: '{\n  "status": "x"\n}' },
  })
})

it('says how far Cardzo’s clock is off ours', () => {
  const off = { ...exchange, gatewayDate: 'Thu, 26 Nov 2026 10:02:00 GMT' }
  expect(exchangeOf({ data: { exchange: off }, at })?.clockOffS).toBe(120)
  expect(exchangeOf({ data: { exchange: { ...exchange, gatewayDate: 'soon' } }, at })?.clockOffS).toBeNull()
})

it.each([401, 403, 404])(
  'says that Cardzo did not accept our signature or address with HTTP %i',
  (httpStatus) => {
    expect(exchangeOf({ data: { exchange: { ...exchange, httpStatus } }, at })?.accepted).toBe(false)
  },
)

it('reads what was written before there were clocks, silence, and the status that a claim rests on', () => {
  const { gatewayDate: _clock, ...old } = exchange
  expect(exchangeOf({ data: { status: old }, at })).toMatchObject({ gatewayDate: null, command: 'status' })
  const silence = { ...exchange, httpStatus: null, answer: null, error: 'timeout' }
  expect(exchangeOf({ data: { exchange: silence }, at })).toMatchObject({ accepted: null, error: 'timeout' })
  for (const data of [{}, { status: 'approved' }, { exchange: null }])
    expect(exchangeOf({ data, at })).toBeNull()
})
