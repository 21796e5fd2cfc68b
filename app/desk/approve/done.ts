/** What approving many led to, in words that can travel to the browser. */
import { displayAmount } from '#lib/payouts/money.ts'
import type { Locale } from '#lib/words/locales.ts'
import { moneyText } from '#lib/words/money.ts'
import { refusalText } from '#lib/words/refusal-text.ts'
import type { Skipped, Sum } from '#lib/services/approval/approve-many.ts'
import type { Seen } from '#lib/services/approval/give-approval.ts'
import type { Payout } from '#lib/services/ports.ts'

export type Done = {
  count: number
  /** Ids of what was approved; each can be taken back until it is sent. */
  approved: string[]
  /** Of those: how many wait for somebody else's approval too. */
  stillWaiting: number
  sums: string[]
  /** All payments are stopped. */
  paused: boolean
  skipped: { id: string; why: string }[]
}

export function toDone(
  locale: Locale,
  result: {
    approved: readonly Payout[]
    skipped: readonly Skipped[]
    sums: readonly Sum[]
    paused: boolean
  },
): Done {
  return {
    count: result.approved.length,
    approved: result.approved.map(({ id }) => id),
    stillWaiting: result.approved.filter(({ status }) => status === 'awaiting_approval').length,
    sums: result.sums.map(({ amountMinor, currency }) =>
      moneyText(locale, displayAmount(amountMinor, currency)),
    ),
    paused: result.paused,
    skipped: result.skipped.map((one) => ({ id: one.id, why: refusalText(locale, one) })),
  }
}

/** The rows as they were shown, as the form sends them back: "id hash risk" each. Five hundred fit into what a form may send. */
export const writeSeen = (seen: readonly Seen[]): string =>
  seen.map(({ id, contentHash, riskSeen = '' }) => `${id} ${contentHash} ${riskSeen}`.trim()).join(',')

/** Anything but what was written names no payout, and the hash of the set refuses it. */
export const readSeen = (text: string): Seen[] =>
  text.split(',').map((row) => {
    const [id = '', contentHash = '', riskSeen] = row.split(' ')
    return { id, contentHash, ...(riskSeen !== undefined && { riskSeen }) }
  })
