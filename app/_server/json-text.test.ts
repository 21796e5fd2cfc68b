import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonTextProblems, survives } from './json-text.ts'

const paths = (text: string) => jsonTextProblems(text).map(({ path }) => path)

describe('a key that is given twice', () => {
  it.each([
    ['{"amount":"1.00","amount":"99.99"}', ['amount']],
    ['{"a":1,"a":1}', ['a']],
    ['{"receiver":{"externalId":"a","x":{"y":1,"y":2}}}', ['receiver.x.y']],
    ['{"a":[{"b":1},{"b":1,"b":2}]}', ['a.1.b']],
    ['[{"b":1,"b":2}]', ['0.b']],
    // However it is escaped.
    ['{"amount":"1","\\u0061mount":"2"}', ['amount']],
    ['{"a":1,"a":2,"a":3}', ['a', 'a']],
    ['{"":1,"":2}', ['']],
    ['{"__proto__":1,"__proto__":2}', ['__proto__']],
    ['{"a":{"a":1},"b":{"a":1}}', []],
    ['{"a":1,"A":2}', []],
  ])('is told with its path: %s', (text, told) => expect(paths(text)).toEqual(told))

  it('is found wherever it is, and nothing else is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4, depthSize: 'medium' }), (value) => {
        expect(jsonTextProblems(JSON.stringify({ value }, null, 1))).toEqual([])
        const inside = JSON.stringify(value)
        expect(paths(`{"value":${inside},"deep":[{"value":${inside},"other":1,"value":2}]}`)).toEqual([
          'deep.0.value',
        ])
      }),
    )
  })

  it('is reported a limited number of times', () => {
    expect(jsonTextProblems(`{${Array.from({ length: 5000 }, () => '"a":1').join(',')}}`)).toHaveLength(50)
  })
})

describe('a number', () => {
  it.each([
    '0',
    '-0',
    '1',
    '1.0',
    '100.50',
    '1e2',
    '1E+2',
    '12.5e-3',
    '9007199254740991',
    '9007199254740992',
    '0.1',
    '1e21',
    '123456789012345680000',
    '5e-324',
    '1.7976931348623157e308',
    '0.0000001',
    '0e999999',
  ])('%s survives', (text) => expect(survives(text)).toBe(true))

  it.each([
    '9007199254740993',
    '-9007199254740993',
    '12345678901234567890',
    '0.1000000000000000055',
    '1e400',
    '-1e400',
    '1e-400',
    '100000000000000000.01',
    '3.14159265358979323846',
  ])('%s does not, and is asked for as text', (text) => {
    expect(jsonTextProblems(`{"metadata":{"n":${text}}}`)).toEqual([
      { path: 'metadata.n', message: 'This number cannot be kept exactly. Send it as text.' },
    ])
    expect(jsonTextProblems(`{"metadata":{"n":"${text}"}}`)).toEqual([])
  })

  it('survives exactly if it is written back as the same integer', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }),
          fc.bigInt({ min: -(2n ** 54n), max: 2n ** 54n }),
          fc.maxSafeInteger().map(BigInt),
        ),
        (whole) => {
          const [digits = '', power = '0'] = Number(whole).toExponential().split('e')
          const [first = '', rest = ''] = digits.split('.')
          const again = BigInt(first + rest.padEnd(Number(power), '0'))
          expect(survives(String(whole))).toBe(again === whole)
        },
      ),
    )
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (n) => survives(JSON.stringify(n))),
    )
  })
})
