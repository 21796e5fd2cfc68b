import type { StatusView } from '#lib/contract/payout.ts'
import { displayAmount, formatAmount } from '#lib/payouts/money.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { isBeforeClaim, isFinal } from '#lib/payouts/transitions.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import { statusWords } from '#lib/payouts/words.ts'
import type { CodeBook } from '#lib/payouts/error-codes.ts'
import type { Locale } from '#lib/words/locales.ts'
import type { Deps, LinkPayout, Payout, Receiver } from '#lib/services/ports.ts'
import { bookFor, receiverReason } from './failure-words.ts'
import { hashToken } from './links.ts'

/** How often a page may ask us: often enough to feel live, and cheap, because it never reaches Cardzo. */
const pagePollMs = 2000

/** In these it is Cardzo's turn, so a silent Cardzo is why the receiver waits. */
const waitsForCardzo: readonly PayoutStatus[] = ['requested', 'checking', 'approved', 'processing']

/**
 * What the holder of a link may see of the payout, and in which language. `languageFor` is given the one that its receiver is written to,
 * if it is known.
 */
export async function showStatus(
  deps: Pick<Deps, 'payouts' | 'errorCodes'>,
  token: string,
  languageFor: (known: Receiver['locale']) => Locale = (known) => known ?? 'en',
): Promise<{ ok: true; view: StatusView; locale: Locale } | Refusal<'not_found'>> {
  if (!/^[A-Za-z0-9_-]{20,128}$/.test(token)) return refuse('not_found')
  const found = await deps.payouts.findForLink(hashToken(token))
  if (!found) return refuse('not_found')
  const { payout, receiverName, receiverLocale, isStopped, isSilent, notes } = found
  // Approved, and not sent because all payments are stopped.
  const paused = payout.status === 'approved' && isStopped
  const silent = !paused && isSilent && waitsForCardzo.includes(payout.status)
  const shownNotes = notes.map(({ text, at }) => ({ text, at: at.toISOString() }))
  const [book, locale] = [await bookFor(deps, payout), languageFor(receiverLocale)]
  const view = statusView(payout, { paused, silent, receiverName, book, locale })
  return { ok: true, view: { ...view, notes: shownNotes }, locale }
}

/**
 * The receiver is back from the bank and no answer since then asks for the form, so it may be filled in already. An answer's time is
 * that of its request, so one that was under way during the return does not count.
 */
function checksForm({
  status,
  returnedAt,
  progress: { lastAnsweredAt, lastVerdict },
}: Pick<Payout, 'status' | 'returnedAt' | 'progress'>): boolean {
  if (status !== 'action_required' || returnedAt === null) return false
  const asksSince =
    lastAnsweredAt !== undefined &&
    lastVerdict === 'beyond' &&
    Date.parse(lastAnsweredAt) > returnedAt.getTime()
  return !asksSince
}

/** Times that are still ahead. For display only: the worker goes by the database's clock. */
export function waitsOf(
  payout: Pick<Payout, 'status' | 'payAt' | 'coolingOffUntil' | 'sendAfter'>,
  now = Date.now(),
): { payAt: Date | null; coolingOffUntil: Date | null; sendAfter: Date | null } {
  const ahead = (at: Date | null) => (at !== null && at.getTime() > now ? at : null)
  return {
    payAt: isBeforeClaim(payout.status) ? ahead(payout.payAt) : null,
    coolingOffUntil: isBeforeClaim(payout.status) ? ahead(payout.coolingOffUntil) : null,
    sendAfter: payout.status === 'approved' ? ahead(payout.sendAfter) : null,
  }
}

export function statusView(
  payout: LinkPayout,
  {
    paused,
    silent = false,
    receiverName = '',
    book = new Map(),
    locale = 'en',
  }: { paused: boolean; silent?: boolean; receiverName?: string; book?: CodeBook; locale?: Locale },
): Omit<StatusView, 'notes'> {
  const redirectUrl = payout.status === 'action_required' ? payout.redirectUrl : null
  const contactMerchant = payout.status === 'action_required' && redirectUrl === null
  const final = isFinal(payout.status)
  const { payAt, coolingOffUntil, sendAfter } = waitsOf(payout)
  const checkingForm = !contactMerchant && checksForm(payout)
  return {
    status: payout.status,
    final,
    redirectUrl,
    redirectHost: redirectUrl === null ? null : new URL(redirectUrl).host,
    returnedAt: payout.returnedAt?.toISOString() ?? null,
    checkingForm,
    paused,
    pollAfterMs: pagePollMs,
    version: payout.version,
    amount: formatAmount(payout.amountMinor, payout.currency),
    currency: payout.currency,
    displayAmount: displayAmount(payout.amountMinor, payout.currency),
    accountLast4: payout.accountLast4,
    bankName: payout.destination['bank_name'] ?? null,
    receiverName: holderOf(payout, receiverName),
    turn: turnOf(payout, { paused, contactMerchant, checkingForm }),
    silent,
    reason: receiverReason(payout, book, locale),
    contactMerchant,
    payAt: payAt?.toISOString() ?? null,
    coolingOffUntil: coolingOffUntil?.toISOString() ?? null,
    // While payments are stopped nobody knows when it is sent.
    sendAfter: paused ? null : (sendAfter?.toISOString() ?? null),
    reference: payout.clientOrderId,
    requestedAt: payout.createdAt.toISOString(),
    finalAt: payout.finalAt?.toISOString() ?? null,
    updatedAt: payout.updatedAt.toISOString(),
  }
}

/** The destination's own name wins, as it does on the wire. */
function holderOf({ destination }: Pick<LinkPayout, 'destination'>, receiverName: string): string | null {
  const named = ['first_name', 'last_name'].flatMap((field) => destination[field] ?? []).join(' ')
  return named || receiverName || null
}

/** Whose turn it is: as the status says, unless a special case applies. */
function turnOf(
  { status }: Pick<Payout, 'status'>,
  {
    paused,
    contactMerchant,
    checkingForm,
  }: { paused: boolean; contactMerchant: boolean; checkingForm: boolean },
): StatusView['turn'] {
  if (contactMerchant) return 'finance'
  if (checkingForm) return 'cardzo'
  return paused ? 'finance' : statusWords[status].turn
}
