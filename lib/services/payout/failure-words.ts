/** What people read when Cardzo ended a payout unpaid: the words of its code, in their language. */
import { shippedCode } from '#lib/payouts/error-codes.ts'
import type { CodeBook, CodeTexts } from '#lib/payouts/error-codes.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type { Deps, Payout } from '#lib/services/ports.ts'
import type { Locale } from '#lib/words/locales.ts'
import { wordsFor } from '#lib/words/words.ts'

export type FailureWords = {
  /** Why there is no money, and what to do. */
  receiver: string
  staff: string
  /** False: the code has no words, so these say only what is true of the status. */
  known: boolean
}

const codedStatuses = ['declined', 'filtered', 'failed'] as const satisfies readonly PayoutStatus[]

const isCoded = (status: PayoutStatus): status is (typeof codedStatuses)[number] =>
  (codedStatuses as readonly PayoutStatus[]).includes(status)

/** Null: Cardzo did not end it, or paid. */
export function failureWords(
  { status, gatewayCode }: Pick<Payout, 'status' | 'gatewayCode'>,
  book: CodeBook,
  locale: Locale,
): FailureWords | null {
  if (!isCoded(status)) return null
  const texts = textsOf(gatewayCode, book, locale)
  if (texts) return { receiver: `${texts.receiver} ${texts.todo}`, staff: texts.staff, known: true }
  const words = wordsFor(locale, 'codes')
  return {
    receiver: wordsFor(locale, 'pay')(`explanation.${status}`),
    staff: gatewayCode === null || gatewayCode === '' ? words('none') : words('other'),
    known: false,
  }
}

const noCodes: CodeBook = new Map()

/** The book for these payouts: nothing is asked if none of them has a code. */
export async function bookFor(
  deps: Pick<Deps, 'errorCodes'>,
  ...payouts: readonly Pick<Payout, 'gatewayCode'>[]
): Promise<CodeBook> {
  return payouts.some(({ gatewayCode }) => gatewayCode !== null) ? deps.errorCodes.book() : noCodes
}

/** The merchant's words, else those that we ship; null: there are none. */
export function textsOf(code: string | null, book: CodeBook, locale: Locale): CodeTexts | null {
  if (code === null) return null
  const own = book.get(code)
  if (own) return own[locale]
  const name = shippedCode(code)
  if (name === null) return null
  const words = wordsFor(locale, 'codes')
  return { receiver: words(`${name}.receiver`), todo: words(`${name}.todo`), staff: words(`${name}.staff`) }
}

/**
 * Why a payout was not paid, for its receiver: what staff wrote when they rejected it, or the words of Cardzo's code. Null: there is
 * nothing to add to what the status says.
 */
export function receiverReason(
  payout: Pick<Payout, 'status' | 'gatewayCode' | 'failureMessage'>,
  book: CodeBook,
  locale: Locale,
): string | null {
  if (payout.status === 'rejected') return payout.failureMessage
  const words = failureWords(payout, book, locale)
  return words?.known ? words.receiver : null
}
