import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeField, maskDestination } from './fields.ts'

describe('a destination as people and machines see it', () => {
  it('shows what is known to be harmless, and at most the last four characters of everything else', () => {
    const shown = maskDestination({
      account_number: 'DE89370400440532013000',
      bank_name: 'Example Bank',
      iban: 'DE89370400440532013000',
      wallet: 'W-998-77',
      document_number: 'AB12',
    })
    expect(shown).toEqual({
      account_number_last4: '3000',
      bank_name: 'Example Bank',
      iban_last4: '3000',
      wallet_last4: '877',
      document_number_last4: '12',
    })
  })

  it('treats an unknown name as a number that identifies an account', () => {
    const name = fc.stringMatching(/^[a-z]{3,12}_[a-z]{3,12}_[a-z]{3,12}$/)
    fc.assert(
      fc.property(name, fc.stringMatching(/^[A-Z0-9]{2,30}$/), (field, value) => {
        expect(describeField(field)).toMatchObject({ masked: true, identifies: true })
        expect(JSON.stringify(maskDestination({ [field]: value }))).not.toContain(`"${value}"`)
      }),
    )
  })
})
