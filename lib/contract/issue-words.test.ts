import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inEnglish } from '#lib/words/problem-text.ts'
import { describeIssue } from './describe-issue.ts'
import { grantRequestSchema } from './grant.ts'
import { issueWords } from './issue-words.ts'
import { payoutRequestSchema } from './payout.ts'
import { readPolicy } from './policy.ts'

/** Words of the validator and of the programming language, which mean nothing to people who read an error. */
const jargon = /invalid|expected|received|undefined|NaN|regex|pattern|\bzod\b|union/i

const messagesOf = (schema: typeof payoutRequestSchema | typeof grantRequestSchema, input: unknown) =>
  (schema.safeParse(input, { error: issueWords }).error?.issues ?? [])
    .flatMap(describeIssue)
    .map((problem) => inEnglish(problem).message)

/** The shape of a request, with anything at all in its fields. */
const broken = fc.oneof(
  fc.jsonValue(),
  fc.record(
    {
      amount: fc.jsonValue(),
      currency: fc.jsonValue(),
      receiver: fc.oneof(
        fc.jsonValue(),
        fc.record(
          { externalId: fc.jsonValue(), email: fc.jsonValue(), firstName: fc.jsonValue() },
          { requiredKeys: [] },
        ),
      ),
      destination: fc.oneof(fc.jsonValue(), fc.dictionary(fc.string({ maxLength: 80 }), fc.jsonValue())),
      description: fc.jsonValue(),
      metadata: fc.oneof(fc.jsonValue(), fc.dictionary(fc.string({ maxLength: 80 }), fc.jsonValue())),
      reference: fc.jsonValue(),
    },
    { requiredKeys: [] },
  ),
)

describe('what is wrong with a request', () => {
  it('is told in words, whatever was sent', () => {
    fc.assert(
      fc.property(broken, (input) => {
        const messages = [...messagesOf(payoutRequestSchema, input), ...messagesOf(grantRequestSchema, input)]
        for (const message of messages) {
          expect(message).not.toMatch(jargon)
          expect(message).toMatch(/^[A-Z].*\.$/)
        }
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    ['a'.repeat(65), 'The name of this field must have at most 64 characters.'],
    ['a\u2066', 'The name of this field must not contain characters that turn the direction of writing.'],
  ])('is told of the name of a field: %j', (name, words) => {
    expect(messagesOf(payoutRequestSchema, { metadata: { [name]: 'x' } })).toContain(words)
  })

  it('is told in words for a policy too', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (currencies, risk) => {
        for (const input of [currencies, { currencies, risk }, { currencies: { EUR: currencies }, risk }]) {
          const read = readPolicy(input, ['EUR'])
          for (const problem of read.ok ? [] : read.errors)
            expect(inEnglish(problem).message).not.toMatch(jargon)
        }
      }),
    )
  })

  it('says that something is missing when it is', () => {
    expect(messagesOf(payoutRequestSchema, { amount: '1', currency: 'EUR', receiver: {} })).toEqual([
      'This is required.',
    ])
  })
})
