import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { Receiver } from '#lib/services/ports.ts'
import { usualSettings } from '#lib/services/ports.ts'
import { addedMails, releasedMails } from './destination-mails.ts'
import { draftDestination, labelProblem, usualLabel } from './new-destination.ts'

const account = 'DE89370400440532013000'
const ada: Receiver = {
  id: '00000000-0000-4000-8000-000000000002',
  externalId: 'ada@example.com',
  email: 'ada@example.com',
  firstName: 'Ada',
  lastName: 'Nowak',
  locale: null,
}
const actor: Actor & { kind: 'user' } = {
  kind: 'user',
  id: '00000000-0000-4000-8000-000000000003',
  role: 'receiver',
  name: 'Ada',
  receiverId: ada.id,
}
const deps = {
  config: { appUrl: 'https://pay.example', linkSecret: 'a secret' } as never,
  settings: { read: () => Promise.resolve(usualSettings) } as never,
  people: { findUser: () => Promise.resolve({ email: 'Other@example.com' }) } as never,
}

describe('a saved destination', () => {
  it('contains the account and what differs from the receiver, but not what only repeats the receiver', async () => {
    const fields = {
      account_number: account,
      first_name: 'Ada',
      last_name: 'Nowak-Smith',
      email: 'ada@example.com',
      ipaddress: '203.0.113.7',
    }
    expect(await draftDestination(deps, actor, { receiver: ada, fields })).toMatchObject({
      receiverId: ada.id,
      fields: { account_number: account, last_name: 'Nowak-Smith' },
      label: 'Account, ending 3000',
      coolingOffH: 24,
    })
  })

  it('is null when only the receiver’s data is left', async () => {
    const fields = { first_name: 'Ada', ipaddress: '203.0.113.7' }
    expect(await draftDestination(deps, actor, { receiver: ada, fields })).toBeNull()
  })

  it('is labelled by bank and last four', () => {
    expect(usualLabel({ account_number: account, bank_name: 'Example Bank' })).toBe(
      'Example Bank, ending 3000',
    )
    expect(usualLabel({ phone: '123' })).toBe('Account')
    expect(usualLabel({ bank_name: 'B'.repeat(128), account_number: account }).length).toBeLessThanOrEqual(80)
  })

  it('is never labelled by its whole number, however that is written', () => {
    fc.assert(
      fc.property(fc.constantFrom('', ' ', '-', '.'), fc.boolean(), (between, small) => {
        const written = account.split('').join(between)
        expect(
          labelProblem(`my ${small ? written.toLowerCase() : written}`, { account_number: account }),
        ).not.toBeNull()
      }),
    )
    expect(labelProblem('my 3000', { account_number: account })).toBeNull()
    expect(labelProblem('', {})).not.toBeNull()
    expect(labelProblem('two\nlines', {})).not.toBeNull()
  })
})

describe('mails about a destination', () => {
  const to = { receiver: ada, addresses: ['ada@example.com', 'ADA@example.com', 'other@example.com', null] }
  const fields = { account_number: account, bank_name: 'Example Bank' }
  const added = addedMails(
    { config: { appUrl: 'https://pay.example', linkSecret: 'a secret' } },
    { id: 'd', fields, coolingOffH: 24 },
    to,
  )
  const released = releasedMails({ id: 'd', fields, last4: '3000' }, to)

  it.each([
    ['added', added],
    ['released', released],
  ])('%s: to every address once, with the last four only, and how to reach the merchant', (_what, mails) => {
    expect(new Set(mails.map((mail) => mail.to.toLowerCase()))).toEqual(
      new Set(['ada@example.com', 'other@example.com']),
    )
    expect(mails).toHaveLength(2)
    expect(new Set(mails.map(({ dedupeKey }) => dedupeKey)).size).toBe(2)
    for (const { text } of mails) {
      expect(text).toContain('ending 3000')
      expect(text).not.toContain(account)
      expect(text).toContain('contact us at once')
      // The page that asks whether to freeze it, and their accounts, which a session opens.
      const links = (text.match(/https?:\S+/g) ?? []).map((link) => link.replace(/\.[\w-]{43}$/, ''))
      expect(links).toEqual(
        text.includes('https') ? ['https://pay.example/freeze/d', 'https://pay.example/destinations'] : [],
      )
    }
  })
})
