/** Which mail goes to whom, and when. A link in a mail never decides anything: it opens a page. */
import { displayAmount } from '#lib/payouts/money.ts'
import { receiverName } from '#lib/payouts/receiver-name.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type { Locale } from '#lib/words/locales.ts'
import { moneyText } from '#lib/words/money.ts'
import { timeText } from '#lib/words/times.ts'
import { wordsFor } from '#lib/words/words.ts'
import { bookFor, receiverReason } from '#lib/services/payout/failure-words.ts'
import { statusUrlOf } from '#lib/services/payout/links.ts'
import type { Config, Deps, MailDraft, Payout, Receiver } from '#lib/services/ports.ts'

/** The statuses that receivers get a mail about. */
const told = [
  'requested',
  'approved',
  'action_required',
  'paid',
  'declined',
  'filtered',
  'failed',
  'rejected',
  'expired',
] as const satisfies PayoutStatus[]

const isTold = (status: PayoutStatus): status is (typeof told)[number] =>
  (told as readonly PayoutStatus[]).includes(status)

/** What mails say of a payout. */
type Mailed = Pick<
  Payout,
  | 'id'
  | 'amountMinor'
  | 'currency'
  | 'accountLast4'
  | 'clientOrderId'
  | 'source'
  | 'linkRevokedAt'
  | 'finalAt'
  | 'gatewayCode'
> & { receiver: Omit<Receiver, 'id'> }

type Needs = {
  config: Pick<Config, 'appUrl' | 'linkSecret' | 'merchantName'>
  settings: Deps['settings']
  errorCodes: Deps['errorCodes']
}

/** The mails sent when a payout reaches this status; none for statuses that need no mail. Each at most once per payout. */
export async function mailsOn(
  deps: Needs,
  payout: Mailed,
  arriving: PayoutStatus,
  /** `again`: it came back to this status, so the same people get a new mail. */
  more: { reason?: string; again?: number } = {},
): Promise<MailDraft[]> {
  if (arriving === 'awaiting_approval') return [toApprovers(deps, payout, more.again)]
  const to = payout.receiver.email
  if (!isTold(arriving) || to === null || !(await isReceiverMailed(deps, payout))) return []
  const locale = receiverLanguage
  const words = wordsFor(locale, 'mail')
  const amount = moneyText(locale, displayAmount(payout.amountMinor, payout.currency))
  const link = statusUrlOf(deps.config, payout)
  const facts = [
    words('facts.amount', { amount }),
    ...(payout.accountLast4 === null ? [] : [words('facts.account', { last4: payout.accountLast4 })]),
    words('facts.reference', { reference: payout.clientOrderId }),
  ]
  const { gatewayCode } = payout
  const ended = { status: arriving, gatewayCode, failureMessage: more.reason ?? null }
  const reason = receiverReason(ended, await bookFor(deps, payout), locale)
  const lines = [
    greeting(payout.receiver),
    // The words of a code say what to do.
    reason === null || arriving === 'rejected' ? words(`says.${arriving}`) : words('says.notSent'),
    ...(reason === null ? [] : [words('reason', { reason })]),
    ...(link === null
      ? []
      : [`${words(arriving === 'action_required' ? 'open.confirm' : 'open.details')}\n${link}`]),
    facts.join('\n'),
    ...signature(deps.config),
  ]
  const subject = words(`subject.${arriving}`, { amount })
  return [{ to, dedupeKey: `${payout.id}:${arriving}`, subject, text: lines.join('\n\n') }]
}

/** Does the receiver get mails about this payout? Not without an address, nor where the system that asked tells them itself. */
export async function isReceiverMailed(
  deps: Pick<Deps, 'settings'>,
  { receiver, source }: { receiver: Pick<Receiver, 'email'>; source: Payout['source'] },
): Promise<boolean> {
  return receiver.email !== null && (source !== 'api' || (await deps.settings.mailApiReceivers()))
}

/** Mails to staff are in English: of them no language is kept. */
const staffWords = wordsFor('en', 'mail')

function toApprovers(deps: { config: Pick<Config, 'appUrl'> }, payout: Mailed, again?: number): MailDraft {
  const amount = displayAmount(payout.amountMinor, payout.currency)
  return {
    to: 'approvers',
    dedupeKey: `${payout.id}:awaiting_approval${again === undefined ? '' : `:${again}`}`,
    subject: staffWords('approve.subject', { amount }),
    text: [
      staffWords('approve.text', { amount, receiver: receiverName(payout.receiver) }),
      `${staffWords('approve.open')}\n${deps.config.appUrl}/desk/payouts/${payout.id}`,
    ].join('\n\n'),
  }
}

/** To all approvers, before an undecided payout expires. Times are UTC. */
export function reminderFor(deps: Pick<Deps, 'config'>, payout: Payout, expiresAt: Date): MailDraft {
  const amount = displayAmount(payout.amountMinor, payout.currency)
  const at = timeText('en', expiresAt)
  return {
    to: 'approvers',
    dedupeKey: `${payout.id}:expires:${expiresAt.getTime()}`,
    subject: staffWords('expires.subject', { amount }),
    text: [
      staffWords('expires.text', { amount, receiver: receiverName(payout.receiver), at }),
      `${staffWords('approve.open')}\n${deps.config.appUrl}/desk/payouts/${payout.id}`,
    ].join('\n\n'),
  }
}

/** "Hello Ada,". */
export function greeting(receiver: Pick<Receiver, 'firstName'>): string {
  const words = wordsFor(receiverLanguage, 'mail')
  return receiver.firstName === null ? words('hello') : words('helloName', { name: receiver.firstName })
}

/** The language that receivers are written to. None is kept of them, so it is English. */
export const receiverLanguage: Locale = 'en'

const signature = ({ merchantName }: Pick<Config, 'merchantName'>) =>
  merchantName === null ? [] : [merchantName]
