/** What receivers are told, in whose language, and what they are never told. */
import { describe, expect, it } from 'vitest'
import { payoutStatuses } from '#lib/payouts/transitions.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import { samplePayout } from '#lib/services/testing/samples.ts'
import { mailsOn, reminderFor } from './mails.ts'

const deps = {
  config: { appUrl: 'https://pay.example', linkSecret: 'a secret' },
  settings: { mailApiReceivers: () => Promise.resolve(true) } as Parameters<typeof mailsOn>[0]['settings'],
  errorCodes: { book: () => Promise.resolve(new Map()), note: () => Promise.resolve(false) },
}
const payout = {
  ...samplePayout(),
  amountMinor: 125000n,
  failureMessage: 'GATEWAY SAYS 51',
  gatewayMessage: 'Insufficient funds at acquirer',
  gatewayCode: '51',
}
const told = async (status: PayoutStatus, locale: 'en' | 'ru' | null, reason?: string) => {
  const [mail] = await mailsOn(
    deps,
    { ...payout, receiver: { ...payout.receiver, locale } },
    status,
    reason === undefined ? {} : { reason },
  )
  return mail && 'text' in mail ? mail : undefined
}

describe('a mail to a receiver', () => {
  it('is in the language they are written to, else in English', async () => {
    const [russian, english, unknown] = [
      await told('paid', 'ru'),
      await told('paid', 'en'),
      await told('paid', null),
    ]
    expect(russian).toMatchObject({ locale: 'ru', subject: 'Мы отправили вам 1\u00a0250,00 EUR' })
    expect(russian?.text).toContain('Здравствуйте, Ada!')
    expect(english).toMatchObject({ locale: 'en', subject: 'We’ve sent you 1,250.00 EUR' })
    expect(unknown).toEqual(english)
  })

  it.each(payoutStatuses)(
    'on %s names amount and reference, and never what the gateway said',
    async (status) => {
      for (const locale of ['en', 'ru'] as const) {
        const mail = await told(status, locale)
        if (!mail) continue
        expect(mail.subject).toMatch(/1[,\u00a0]250[.,]00/)
        expect(mail.text).toContain(payout.clientOrderId)
        expect(mail.text).not.toMatch(/GATEWAY|acquirer|51\b/)
      }
    },
  )

  it('says why a person rejected it, in their words', async () => {
    expect((await told('rejected', 'en', 'Wrong account.'))?.text).toContain('\n\nReason: Wrong account.\n\n')
    expect((await told('rejected', 'ru', 'Другой счёт.'))?.text).toContain('\n\nПричина: Другой счёт.\n\n')
  })
})

describe('a mail to approvers', () => {
  it('is written in the language of each', async () => {
    const [draft] = await mailsOn(deps, payout, 'awaiting_approval')
    if (!draft || !('write' in draft)) throw new Error('not for a group')
    expect(draft.write('en').subject).toBe('Waiting for approval: 1,250.00 EUR')
    expect(draft.write('ru').subject).toBe('На согласовании: 1\u00a0250,00 EUR')
    const reminder = reminderFor({ config: deps.config as never }, payout, new Date('2026-03-01T12:00:00Z'))
    if (!('write' in reminder)) throw new Error('not for a group')
    expect(reminder.write('ru').text).toContain('UTC')
  })
})
