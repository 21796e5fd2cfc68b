import { describe, expect, it } from 'vitest'
import { samplePayout } from '#lib/services/testing/samples.ts'
import { statusView } from '#lib/services/payout/show-status.ts'
import { payoutStatuses } from '#lib/payouts/transitions.ts'
import { situationOf } from './situation.ts'

const viewOf = (
  payout: Parameters<typeof samplePayout>[0],
  condition: Partial<Parameters<typeof statusView>[1]> = {},
) => statusView(samplePayout(payout), { paused: false, ...condition })
const ahead = new Date(Date.now() + 86_400_000)

describe('what the receiver’s page says', () => {
  it('is the words of the status, unless a special case applies', () => {
    for (const status of payoutStatuses.filter((one) => one !== 'action_required'))
      expect(situationOf(viewOf({ status }))).toEqual({ headline: status, explanation: status })
  })

  it('promises nothing while a new account cools off or payments are paused', () => {
    const held = viewOf({ status: 'approved', coolingOffUntil: ahead })
    expect(situationOf(held).explanation).toBe('held')
    const paused = viewOf({ status: 'approved', sendAfter: ahead }, { paused: true })
    expect(situationOf(paused).explanation).toBe('paused')
  })

  it('says that the payment service does not respond', () => {
    expect(situationOf(viewOf({ status: 'processing' }, { silent: true })).explanation).toBe('silent')
  })

  it('welcomes somebody back from the bank, and does not offer its form again at once', () => {
    const returnedAt = new Date('2026-03-01T12:00:00Z')
    const redirectUrl = 'https://bank.example/form'
    expect(situationOf(viewOf({ status: 'processing', returnedAt })).explanation).toBe('back')
    expect(situationOf(viewOf({ status: 'action_required', redirectUrl, returnedAt }))).toEqual({
      headline: 'checkingForm',
      explanation: 'checkingForm',
    })
  })

  it('asks to contact the merchant when the bank’s address can’t be trusted', () => {
    expect(situationOf(viewOf({ status: 'action_required', redirectUrl: null })).explanation).toBe(
      'contactMerchant',
    )
  })
})
