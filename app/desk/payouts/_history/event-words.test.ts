import { expect, it } from 'vitest'
import { happeningKinds } from '#lib/services/ports.ts'
import { describeEvent, describeStep } from './event-words.ts'

it('tells every kind of event in a sentence, whatever its evidence contains', () => {
  for (const kind of happeningKinds)
    for (const data of [{}, { why: '', order: null, message: 7, kind: 'surprise' }])
      expect(describeEvent({ kind, move: null, data })).toMatch(/^[A-Z].*\.$/)
})

it('names what Cardzo said', () => {
  const data = { order: { rawStatus: 'processing', rawStage: 'payout_check_validated' } }
  expect(describeEvent({ kind: 'status_answered', move: 'validate', data })).toBe(
    'Cardzo says: \u2068processing\u2069, \u2068payout_check_validated\u2069.',
  )
})

it('tells a reject with its reason', () => {
  expect(describeEvent({ kind: 'decided', move: 'reject', data: { reason: 'Not our customer' } })).toBe(
    'Rejected this payout: \u2068Not our customer\u2069',
  )
})

it('never reads silence after payout-pay as a failure', () => {
  const sentence = describeEvent({
    kind: 'pay_answered',
    move: 'lose_track',
    data: { kind: 'silence', why: 'time-out' },
  })
  expect(sentence).toBe('No answer to payout-pay that could be believed (\u2068time-out\u2069).')
})

it('keeps foreign text from turning the direction of the sentence', () => {
  const data = { status: '\u2069\u202etxt.exe' }
  expect(describeEvent({ kind: 'callback_received', move: null, data })).toBe(
    'Cardzo called back with "\u2068[U+2069][U+202E]txt.exe\u2069".',
  )
})

it('shows a step only where the payout moved', () => {
  expect(describeStep({ fromStatus: 'checking', toStatus: 'awaiting_approval' })).toBe(
    'Checking → Awaiting approval',
  )
  expect(describeStep({ fromStatus: 'paying', toStatus: 'paying' })).toBeNull()
  expect(describeStep({ fromStatus: null, toStatus: null })).toBeNull()
})
