import { describe, expect, it } from 'vitest'
import { payoutMoves } from '#lib/payouts/transitions.ts'
import { rejectReasons } from '#lib/payouts/reject-reasons.ts'
import { lackingReason } from '#lib/payouts/void-reasons.ts'
import { locales } from '#lib/words/locales.ts'
import type { Locale } from '#lib/words/locales.ts'
import { rejectReasonText } from '#lib/words/reject-reason-text.ts'
import { wordsFor } from '#lib/words/words.ts'
import { happeningKinds } from '#lib/services/ports.ts'
import type { TimelineEvent } from '#lib/services/ports.ts'
import { actorText, describeEvent, describeStep } from './event-words.ts'

type Told = Pick<TimelineEvent, 'kind' | 'move' | 'data'>

function say(event: Told, locale: Locale = 'en'): string {
  const reasonText = rejectReasonText(wordsFor(locale, 'rejectReasons'))
  return describeEvent({ t: wordsFor(locale, 'timeline'), reasonText }, event)
}

const kinds = ['accepted', 'refused', 'error', 'not_sent', 'locked_out', 'silence', 'lost', 'no_such_order']
const verdicts = ['validating', 'validated', 'beyond', 'approved', 'declined', 'filtered', 'error', 'unknown']

describe.each(locales)('in %s', (locale) => {
  it('tells every kind of event and move in a sentence, whatever its evidence contains', () => {
    const evidence = [
      ...[{}, { why: '', order: null, message: 7, kind: 'surprise', outcome: 3, approvals: 'x' }],
      ...kinds.map((kind) => ({ kind, message: 'm', exchange: { httpStatus: 200 } })),
      ...verdicts.map((verdict) => ({ order: { verdict, errorMessage: 'm' } })),
      { stale: true, toReceiver: true, approvals: 1, approvalsRequired: 2, note: 'n', reason: 'r' },
    ]
    for (const kind of happeningKinds)
      for (const move of [null, ...payoutMoves])
        for (const data of evidence) expect(say({ kind, move, data }, locale)).toMatch(/^\p{Lu}.*[.»”]$/u)
  })

  it('keeps the gateway’s words out of the sentence', () => {
    const data = {
      order: { verdict: 'validated', rawStatus: 'processing', rawStage: 'payout_check_validated' },
      status: 'filtered',
    }
    for (const kind of happeningKinds)
      expect(say({ kind, move: null, data }, locale)).not.toMatch(/processing,|payout_|payout-|filtered/i)
  })
})

it('tells what an answer led to', () => {
  const order = { verdict: 'validated', rawStatus: 'processing' }
  const told = (move: Told['move']) => say({ kind: 'status_answered', move, data: { order } })
  expect(told('validate')).toBe('The bank confirmed the details.')
  expect(told('auto_approve')).toMatch(/the policy approved the payout/)
  expect(told('lose_track')).toBe('We can’t tell whether it was paid.')
})

it('tells a reject with its reason, a ready-made one in the reader’s language', () => {
  const rejected = (reason: string, locale?: Locale) =>
    say({ kind: 'decided', move: 'reject', data: { reason } }, locale)
  expect(rejected('Not our customer')).toBe('Rejected this payout: “\u2068Not our customer\u2069”')
  expect(rejected(rejectReasons.document, 'ru')).toMatch(/Не хватает документа/)
})

it('counts approvals where there is more than one', () => {
  const approved = (approvals: number, approvalsRequired: number) =>
    say({ kind: 'decided', move: 'approve', data: { approvals, approvalsRequired } })
  expect(approved(1, 1)).toBe('Approved this payout.')
  expect(approved(2, 2)).toBe('Approved this payout, 2 of 2.')
})

it('never reads silence after the payment as a failure', () => {
  const silent = (httpStatus: number | null) =>
    say({
      kind: 'pay_answered',
      move: 'lose_track',
      data: { kind: 'silence', why: 'time-out', exchange: { httpStatus } },
    })
  expect(silent(null)).toBe('The connection dropped before Cardzo confirmed the payment.')
  expect(silent(502)).toMatch(/we don’t know whether it was paid/)
})

it('says why approvals no longer count where it is known', () => {
  const voided = (why: string) => say({ kind: 'approvals_voided', move: 'void_approval', data: { why } })
  expect(voided(lackingReason(1, 2))).toMatch(/Too few approvals/)
  expect(voided('She has left us.')).toBe('Approvals no longer count.')
})

it('keeps foreign text from turning the direction of the sentence', () => {
  const data = { kind: 'refused', message: '\u2069\u202etxt.exe' }
  expect(say({ kind: 'check_answered', move: null, data })).toBe(
    'Cardzo refused the details: “\u2068[U+2069][U+202E]txt.exe\u2069”',
  )
})

it('shows a step only where the payout moved', () => {
  const words = { t: wordsFor('en', 'timeline'), label: wordsFor('en', 'status') }
  expect(describeStep(words, { fromStatus: 'checking', toStatus: 'awaiting_approval' })).toBe(
    'Checking → Awaiting approval',
  )
  expect(describeStep(words, { fromStatus: 'paying', toStatus: 'paying' })).toBeNull()
  expect(describeStep(words, { fromStatus: null, toStatus: null })).toBeNull()
})

it('names who did it', () => {
  const t = wordsFor('en', 'timeline')
  expect(actorText(t, { actorKind: 'user', actorName: 'Ana' })).toBe('Ana')
  expect(actorText(t, { actorKind: 'api_key', actorName: 'Shop' })).toBe('Shop (API key)')
  expect(actorText(t, { actorKind: 'worker', actorName: 'Portal' })).toBe('Automatic')
})
