import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkRisk, highestLevel, riskCheckIds, riskLevels } from './risk.ts'
import type { RiskCheckId, RiskFigures, RiskLevel, RiskSubject } from './risk.ts'

const account = 'DE89370400440532013000'
const now = new Date('2026-11-23T14:00:00Z')
const hour = 3_600_000

const subject = (more: Partial<RiskSubject> = {}): RiskSubject => ({
  amountMinor: 10_050n,
  currency: 'EUR',
  source: 'browser',
  destination: { account_number: account, first_name: 'Ada', last_name: 'Nowak' },
  receiver: { firstName: 'Ada', lastName: 'Nowak' },
  ...more,
})

/** A receiver who has been paid often, to this account. */
const figures = (more: Partial<RiskFigures> = {}): RiskFigures => ({
  now,
  paidCount: 12,
  largestPaidMinor: 20_000n,
  paidToDestination: 3,
  destinationFirstSeenAt: new Date('2026-01-05T10:00:00Z'),
  sharedWith: [],
  sameRequests: [],
  requestsLastDay: 1,
  contactChangedAt: null,
  ...more,
})

function found(id: RiskCheckId, facts: Partial<RiskFigures> = {}, payout: Partial<RiskSubject> = {}) {
  const check = checkRisk(subject(payout), figures(facts)).find((one) => one.id === id)
  if (!check) throw new Error(`no check ${id}`)
  return check
}

const ago = (ms: number) => new Date(now.getTime() - ms)

describe('the checks', () => {
  it('are in a fixed order, including those that found nothing', () => {
    const checks = checkRisk(subject(), figures())
    expect(checks.map(({ id }) => id)).toEqual(riskCheckIds)
    expect(checks.map(({ level }) => level)).toEqual(riskCheckIds.map(() => 'none'))
  })

  it.each<[RiskCheckId, RiskLevel, Partial<RiskFigures>, Partial<RiskSubject>]>([
    ['first_payment', 'low', { paidCount: 0 }, {}],
    ['first_payment', 'none', { paidCount: 1 }, {}],
    ['new_destination', 'low', { paidToDestination: 0 }, {}],
    ['new_destination', 'none', { paidToDestination: 1 }, {}],
    ['shared_destination', 'none', { sharedWith: [] }, {}],
    ['shared_destination', 'medium', { sharedWith: ['cust-7'] }, {}],
    [
      'shared_destination',
      'high',
      { sharedWith: ['cust-7'] },
      { receiver: { firstName: 'Ben', lastName: 'Okafor' } },
    ],
    ['name_differs', 'medium', {}, { receiver: { firstName: 'Ben', lastName: 'Okafor' } }],
    ['name_differs', 'none', {}, { receiver: { firstName: null, lastName: null } }],
    ['name_differs', 'none', {}, { destination: { account_number: account } }],
    // Exactly ten times the largest is not far above yet, and four payments are too few to compare with.
    ['amount_above_history', 'none', { paidCount: 5, largestPaidMinor: 1005n }, {}],
    ['amount_above_history', 'high', { paidCount: 5, largestPaidMinor: 1004n }, {}],
    ['amount_above_history', 'none', { paidCount: 4, largestPaidMinor: 1004n }, {}],
    ['same_request', 'none', { sameRequests: [] }, {}],
    ['same_request', 'medium', { sameRequests: ['another'] }, {}],
    ['many_requests', 'none', { requestsLastDay: 9 }, {}],
    ['many_requests', 'low', { requestsLastDay: 10 }, {}],
    ['contact_changed', 'none', { contactChangedAt: null }, {}],
    ['contact_changed', 'none', { contactChangedAt: ago(72 * hour) }, {}],
    ['contact_changed', 'medium', { contactChangedAt: ago(72 * hour - 1) }, {}],
    ['contact_changed', 'high', { contactChangedAt: ago(72 * hour - 1), paidToDestination: 0 }, {}],
  ])('%s is %s at its edge', (id, level, facts, payout) => {
    expect(found(id, facts, payout).level).toBe(level)
  })

  it('never asks for a second person because of an ordinary first payment', () => {
    const first = { paidCount: 0, largestPaidMinor: 0n, paidToDestination: 0, destinationFirstSeenAt: now }
    expect(highestLevel(checkRisk(subject(), figures(first)))).toBe('low')
    // Two people of one household may share an account; one person can judge that.
    expect(highestLevel(checkRisk(subject(), figures({ ...first, sharedWith: ['cust-7'] })))).toBe('medium')
  })

  it('treats the same name in other letters as the same name', () => {
    const same = [
      [
        { firstName: 'Łukasz', lastName: 'Strauß' },
        { first_name: 'LUKASZ', last_name: 'Strauss' },
      ],
      [
        { firstName: 'Zoë', lastName: 'Søren-Æbler' },
        { first_name: 'Zoe', last_name: 'soren aebler' },
      ],
      [
        { firstName: 'Nowak', lastName: 'Ada' },
        { first_name: 'Ada', last_name: 'Nowak' },
      ],
      // Only what both sides have is compared.
      [{ firstName: 'Ada', lastName: 'Nowak' }, { first_name: 'ada' }],
    ] as const
    for (const [receiver, destination] of same)
      expect(
        found('name_differs', {}, { receiver, destination: { account_number: account, ...destination } })
          .level,
        JSON.stringify(receiver),
      ).toBe('none')
    const other = { receiver: { firstName: 'Ada', lastName: 'Nowakowski' } }
    expect(found('name_differs', {}, other).level).toBe('medium')
  })

  it('says what was found, with figures, and what would clear it', () => {
    expect(found('shared_destination', { sharedWith: ['g', 'b', 'a', 'f', 'c', 'e', 'd'] }).evidence).toBe(
      'Also used by a, b, c, d, e and 2 more.',
    )
    expect(found('new_destination', { paidToDestination: 0 }).evidence).toContain('first named on 2026-01-05')
    expect(found('new_destination', { paidToDestination: 1 }).evidence).toBe('Paid once before.')
    expect(found('amount_above_history', { largestPaidMinor: 1004n }).evidence).toContain('10.04 EUR')
    expect(found('same_request', { sameRequests: ['x', 'y'] }).evidence).toBe(
      '2 more of exactly 100.50 EUR within 24 hours.',
    )
    expect(found('many_requests', { requestsLastDay: 1 }).evidence).toBe('1 request within 24 hours.')
    expect(found('contact_changed', { contactChangedAt: ago(5.9 * hour) }).evidence).toContain('5 hours ago')
    expect(found('contact_changed', { contactChangedAt: ago(-5) }).evidence).toContain(
      'less than an hour ago',
    )
    for (const { clearedBy } of checkRisk(subject(), figures())) expect(clearedBy).toMatch(/\.$/)
  })

  it('takes the worst level of all', () => {
    expect(highestLevel([])).toBe('none')
    for (const level of riskLevels) expect(highestLevel([{ level: 'none' }, { level }])).toBe(level)
    expect(highestLevel([{ level: 'high' }, { level: 'low' }])).toBe('high')
  })
})

describe('for any facts', () => {
  const word = fc.stringMatching(/^[a-z]{1,8}$/)
  const times = fc.date({ min: new Date('2020-01-01'), max: now, noInvalidDate: true })
  const anyFigures: fc.Arbitrary<RiskFigures> = fc.record({
    now: fc.constant(now),
    paidCount: fc.nat(20),
    largestPaidMinor: fc.bigInt(0n, 10n ** 12n),
    paidToDestination: fc.nat(20),
    destinationFirstSeenAt: times,
    sharedWith: fc.array(word, { maxLength: 9 }),
    sameRequests: fc.array(fc.uuid(), { maxLength: 4 }),
    requestsLastDay: fc.nat(40),
    contactChangedAt: fc.option(times),
  })
  const anySubject: fc.Arbitrary<RiskSubject> = fc.record({
    amountMinor: fc.bigInt(1n, 10n ** 12n),
    currency: fc.constantFrom('EUR', 'JPY', 'KWD'),
    source: fc.constantFrom('browser', 'desk', 'api'),
    destination: fc.record({
      account_number: fc.stringMatching(/^[A-Z]{2}\d{18,20}$/),
      first_name: word,
      last_name: word,
    }),
    receiver: fc.record({ firstName: fc.option(word), lastName: fc.option(word) }),
  })

  it('the same facts in any order give the same answer, every time', () => {
    fc.assert(
      fc.property(anySubject, anyFigures, (payout, facts) => {
        const checks = checkRisk(payout, facts)
        const turned = {
          ...facts,
          sharedWith: facts.sharedWith.toReversed(),
          sameRequests: facts.sameRequests.toReversed(),
        }
        const { first_name = '', last_name = '', account_number = '' } = payout.destination
        const fields = { last_name, account_number, first_name }
        expect(checkRisk(payout, facts)).toEqual(checks)
        expect(checkRisk({ ...payout, destination: fields }, turned)).toEqual(checks)
      }),
    )
  })

  it('no evidence contains the account number', () => {
    fc.assert(
      fc.property(anySubject, anyFigures, (payout, facts) => {
        const text = JSON.stringify(checkRisk(payout, facts))
        expect(text).not.toContain(payout.destination['account_number'])
      }),
    )
  })

  it('only a shared account in another name, an amount far above, or a new contact with a new account is HIGH', () => {
    fc.assert(
      fc.property(anySubject, anyFigures, (payout, facts) => {
        const high = checkRisk(payout, facts).flatMap(({ id, level }) => (level === 'high' ? [id] : []))
        expect(['shared_destination', 'amount_above_history', 'contact_changed']).toEqual(
          expect.arrayContaining(high),
        )
      }),
    )
  })
})
