import type { StatusView } from '#lib/contract/payout.ts'
import { displayAmount, formatAmount } from '#lib/payouts/money.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { isBeforeClaim, isFinal } from '#lib/payouts/transitions.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import { specialWords, statusWords } from '#lib/payouts/words.ts'
import type { Deps, LinkPayout, Payout } from '#lib/services/ports.ts'
import { hashToken } from './links.ts'

/** How often a page may ask us: often enough to feel live, and cheap, because it never reaches Cardzo. */
const pagePollMs = 2000

/** In these it is Cardzo's turn, so a silent Cardzo is why the receiver waits. */
const waitsForCardzo: readonly PayoutStatus[] = ['requested', 'checking', 'approved', 'processing']
const silentExplanation =
  'The payment service does not answer at the moment. Your payout is kept and goes on by itself; you do not have to do anything.'

/** What the holder of a link may see of the payout. */
export async function showStatus(
  deps: Pick<Deps, 'payouts'>,
  token: string,
): Promise<{ ok: true; view: StatusView } | Refusal<'not_found'>> {
  if (!/^[A-Za-z0-9_-]{20,128}$/.test(token)) return refuse('not_found')
  const found = await deps.payouts.findForLink(hashToken(token))
  if (!found) return refuse('not_found')
  const { payout, isStopped, isSilent, notes } = found
  // Approved, and not sent because all payments are stopped.
  const paused = payout.status === 'approved' && isStopped
  const view = {
    ...statusView(payout, { paused }),
    notes: notes.map(({ text, at }) => ({ text, at: at.toISOString() })),
  }
  const waitsInSilence = !paused && isSilent && waitsForCardzo.includes(payout.status)
  return { ok: true, view: waitsInSilence ? { ...view, explanation: silentExplanation } : view }
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
  payout: Pick<Payout, 'status' | 'coolingOffUntil' | 'sendAfter'>,
  now = Date.now(),
): { coolingOffUntil: Date | null; sendAfter: Date | null } {
  const ahead = (at: Date | null) => (at !== null && at.getTime() > now ? at : null)
  return {
    coolingOffUntil: isBeforeClaim(payout.status) ? ahead(payout.coolingOffUntil) : null,
    sendAfter: payout.status === 'approved' ? ahead(payout.sendAfter) : null,
  }
}

export function statusView(payout: LinkPayout, { paused }: { paused: boolean }): Omit<StatusView, 'notes'> {
  const redirectUrl = payout.status === 'action_required' ? payout.redirectUrl : null
  const contactMerchant = payout.status === 'action_required' && redirectUrl === null
  const final = isFinal(payout.status)
  const { coolingOffUntil, sendAfter } = waitsOf(payout)
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
    ...wordsFor(payout, { paused, contactMerchant, checkingForm, held: coolingOffUntil !== null }),
    reason: payout.status === 'rejected' ? payout.failureMessage : null,
    contactMerchant,
    coolingOffUntil: coolingOffUntil?.toISOString() ?? null,
    // While payments are stopped nobody knows when it is sent.
    sendAfter: paused ? null : (sendAfter?.toISOString() ?? null),
    reference: payout.clientOrderId,
    requestedAt: payout.createdAt.toISOString(),
    finalAt: payout.finalAt?.toISOString() ?? null,
    updatedAt: payout.updatedAt.toISOString(),
  }
}

type Special = { paused: boolean; contactMerchant: boolean; checkingForm: boolean; held: boolean }

/** Whose turn it is and why: the words of the status, unless a special case applies. */
function wordsFor(
  { status }: Pick<Payout, 'status'>,
  { paused, contactMerchant, checkingForm, held }: Special,
): Pick<StatusView, 'turn' | 'headline' | 'explanation'> {
  const { turn, headline, explanation } = statusWords[status]
  if (contactMerchant) return { turn: 'finance', headline, explanation: specialWords.contactMerchant }
  if (checkingForm) return { turn: 'cardzo', ...specialWords.checkingForm }
  if (paused) return { turn: 'finance', headline, explanation: specialWords.paused }
  if (held && status === 'approved') return { turn, headline, explanation: specialWords.held }
  return { turn, headline, explanation }
}
