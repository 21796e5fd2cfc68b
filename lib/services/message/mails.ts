/** Which mail goes to whom, and when. A link in a mail never decides anything: it opens a page. */
import { displayAmount } from '#lib/payouts/money.ts'
import { receiverName } from '#lib/payouts/receiver-name.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import { wordsFor } from '#lib/words/words.ts'
import { statusUrlOf } from '#lib/services/payout/links.ts'
import type { Deps, MailDraft, Payout } from '#lib/services/ports.ts'

const subjects = {
  action_required: 'Your bank needs something from you',
  paid: 'Your payment was sent',
  declined: 'Your payment was declined',
  filtered: 'Your payment was stopped',
  failed: 'Your payment did not work',
  rejected: 'Your request was rejected',
  expired: 'Your request has expired',
} as const satisfies Partial<Record<PayoutStatus, string>>

/** The mails sent when a payout reaches this status; none for statuses that need no mail. Each at most once per payout. */
export async function mailsOn(
  deps: Pick<Deps, 'config' | 'settings'>,
  payout: Payout,
  arriving: PayoutStatus,
  /** `again`: it came back to this status, so the same people get a new mail. */
  more: { reason?: string; again?: number } = {},
): Promise<MailDraft[]> {
  if (arriving === 'awaiting_approval') return [toApprovers(deps, payout, more.again)]
  const subject: string | undefined = (subjects as Partial<Record<PayoutStatus, string>>)[arriving]
  const to = payout.receiver.email
  if (subject === undefined || to === null || !(await isReceiverMailed(deps, payout))) return []
  const link = statusUrlOf(deps.config, payout)
  const words = wordsFor('en', 'pay')
  const lines = [
    greeting(payout),
    `${words(`headline.${arriving}`)}: ${displayAmount(payout.amountMinor, payout.currency)}${destinationOf(payout)}.`,
    words(`explanation.${arriving}`),
    ...(more.reason === undefined ? [] : [`The reason given: ${more.reason}`]),
    ...(link === null ? [] : [`See the details and what to do next:\n${link}`]),
    `Reference: ${payout.clientOrderId}`,
  ]
  return [{ to, dedupeKey: `${payout.id}:${arriving}`, subject, text: lines.join('\n\n') }]
}

/** Does the receiver get mails about this payout? Not without an address, nor where the system that asked tells them itself. */
export async function isReceiverMailed(
  deps: Pick<Deps, 'settings'>,
  { receiver, source }: Pick<Payout, 'receiver' | 'source'>,
): Promise<boolean> {
  return receiver.email !== null && (source !== 'api' || (await deps.settings.mailApiReceivers()))
}

function toApprovers(deps: Pick<Deps, 'config'>, payout: Payout, again?: number): MailDraft {
  const amount = displayAmount(payout.amountMinor, payout.currency)
  return {
    to: 'approvers',
    dedupeKey: `${payout.id}:awaiting_approval${again === undefined ? '' : `:${again}`}`,
    subject: `Waiting for approval: ${amount}`,
    text: [
      `A payout of ${amount} to ${receiverName(payout.receiver)}${destinationOf(payout)} waits for a decision.`,
      'The bank has confirmed that it can be paid.',
      `Open it on the desk:\n${deps.config.appUrl}/desk/payouts/${payout.id}`,
    ].join('\n\n'),
  }
}

/** To all approvers, before an undecided payout expires. Times are UTC. */
export function reminderFor(deps: Pick<Deps, 'config'>, payout: Payout, expiresAt: Date): MailDraft {
  const amount = displayAmount(payout.amountMinor, payout.currency)
  const until = `${expiresAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`
  return {
    to: 'approvers',
    dedupeKey: `${payout.id}:expires:${expiresAt.getTime()}`,
    subject: `Expires soon: ${amount}`,
    text: [
      `A payout of ${amount} to ${receiverName(payout.receiver)}${destinationOf(payout)} expires at ${until} unless somebody decides.`,
      `Open it on the desk:\n${deps.config.appUrl}/desk/payouts/${payout.id}`,
    ].join('\n\n'),
  }
}

const greeting = ({ receiver }: Payout) =>
  receiver.firstName === null ? 'Hello,' : `Hello ${receiver.firstName},`

const destinationOf = ({ accountLast4 }: Payout) =>
  accountLast4 === null ? '' : ` (account ending ${accountLast4})`
