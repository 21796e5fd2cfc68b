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
import type {
  Config,
  Deps,
  HeldPayouts,
  MailDraft,
  MailWords,
  Payout,
  Receiver,
} from '#lib/services/ports.ts'

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
export type Mailed = Pick<
  Payout,
  | 'id'
  | 'amountMinor'
  | 'currency'
  | 'accountLast4'
  | 'clientOrderId'
  | 'source'
  | 'linkRevokedAt'
  | 'statusTokenHash'
  | 'finalAt'
  | 'gatewayCode'
> & { receiver: Omit<Receiver, 'id'> }

type Needs = {
  config: Pick<Config, 'appUrl' | 'linkSecret' | 'otherLinkSecrets'>
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
  const locale = languageOf(payout.receiver)
  const words = wordsFor(locale, 'mail')
  const amount = amountOf(payout, locale)
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
  ]
  const subject = words(`subject.${arriving}`, { amount })
  return [{ to, dedupeKey: `${payout.id}:${arriving}`, locale, subject, text: lines.join('\n\n') }]
}

/** Does the receiver get mails about this payout? Not without an address, nor where the system that asked tells them itself. */
export async function isReceiverMailed(
  deps: Pick<Deps, 'settings'>,
  { receiver, source }: { receiver: Pick<Receiver, 'email'>; source: Payout['source'] },
): Promise<boolean> {
  return receiver.email !== null && (source !== 'api' || (await deps.settings.mailApiReceivers()))
}

function toApprovers(deps: { config: Pick<Config, 'appUrl'> }, payout: Mailed, again?: number): MailDraft {
  return {
    to: 'approvers',
    dedupeKey: `${payout.id}:awaiting_approval${again === undefined ? '' : `:${again}`}`,
    mayWait: true,
    write(locale) {
      const [words, amount] = [wordsFor(locale, 'mail'), amountOf(payout, locale)]
      return {
        subject: words('approve.subject', { amount }),
        text: [
          words('approve.text', { amount, receiver: receiverName(payout.receiver) }),
          `${words('approve.open')}\n${deps.config.appUrl}/desk/payouts/${payout.id}`,
        ].join('\n\n'),
      }
    },
  }
}

/** To all approvers: what Cardzo says of a payout that is over, each word once. */
export function changedAfterEnd(
  deps: { config: Pick<Config, 'appUrl'> },
  payout: Pick<Payout, 'id' | 'status' | 'amountMinor' | 'currency'>,
  said: string,
): MailDraft {
  return {
    to: 'approvers',
    dedupeKey: `${payout.id}:changed:${said}`,
    write(locale) {
      const [words, amount] = [wordsFor(locale, 'mail'), amountOf(payout, locale)]
      const status = wordsFor(locale, 'status')(`label.${payout.status}`)
      return {
        subject: words('changed.subject', { amount }),
        text: [
          words('hello'),
          words('changed.text', { status, said }),
          `${words('changed.open')}\n${deps.config.appUrl}/desk/payouts/${payout.id}`,
        ].join('\n\n'),
      }
    },
  }
}

/** To approvers and admins, once for each time that a payout is late. `since`: when its wait began. Times are UTC. */
export function lateMails(
  { config }: { config: Pick<Config, 'appUrl'> },
  payout: Mailed & Pick<Payout, 'status'>,
  since: Date,
): MailDraft[] {
  const write = (locale: Locale): MailWords => {
    const [words, amount] = [wordsFor(locale, 'mail'), amountOf(payout, locale)]
    const [receiver, at] = [receiverName(payout.receiver), timeText(locale, since)]
    const status = wordsFor(locale, 'status')(`label.${payout.status}`)
    return {
      subject: words('late.subject', { amount }),
      text: [
        words('late.text', { amount, receiver, status, at }),
        words(payout.status === 'awaiting_approval' ? 'late.decide' : 'late.look'),
        `${words('late.open')}\n${config.appUrl}/desk/payouts/${payout.id}`,
      ].join('\n\n'),
    }
  }
  const dedupeKey = `${payout.id}:late:${payout.status}:${since.getTime()}`
  return (['approvers', 'admins'] as const).map((to) => ({ to, dedupeKey, mayWait: true as const, write }))
}

const amountOf = ({ amountMinor, currency }: Pick<Payout, 'amountMinor' | 'currency'>, locale: Locale) =>
  moneyText(locale, displayAmount(amountMinor, currency))

/** One mail about all that was held for an approver or an admin. */
export function digestOf(
  { appUrl }: Pick<Config, 'appUrl'>,
  { payouts, waiting, late }: HeldPayouts,
  locale: Locale,
): MailWords {
  const words = wordsFor(locale, 'mail')
  const part = (isLate: boolean, count: number): string[] => {
    const lines = payouts
      .filter((payout) => payout.isLate === isLate)
      .map((payout) =>
        words('digest.line', { amount: amountOf(payout, locale), receiver: receiverName(payout.receiver) }),
      )
    const more = count - lines.length
    if (count === 0) return []
    return [
      words(isLate ? 'digest.late' : 'digest.text'),
      [...lines, ...(more > 0 ? [words('digest.more', { n: more })] : [])].join('\n'),
    ]
  }
  return {
    subject: waiting > 0 ? words('digest.subject', { n: waiting }) : words('digest.lateSubject', { n: late }),
    text: [...part(false, waiting), ...part(true, late), `${words('digest.open')}\n${appUrl}/desk`].join(
      '\n\n',
    ),
  }
}

/** To all approvers, before an undecided payout expires. Times are UTC. */
export function reminderFor(deps: Pick<Deps, 'config'>, payout: Payout, expiresAt: Date): MailDraft {
  return {
    to: 'approvers',
    dedupeKey: `${payout.id}:expires:${expiresAt.getTime()}`,
    write(locale) {
      const [words, amount] = [wordsFor(locale, 'mail'), amountOf(payout, locale)]
      const at = timeText(locale, expiresAt)
      return {
        subject: words('expires.subject', { amount }),
        text: [
          words('expires.text', { amount, receiver: receiverName(payout.receiver), at }),
          `${words('approve.open')}\n${deps.config.appUrl}/desk/payouts/${payout.id}`,
        ].join('\n\n'),
      }
    },
  }
}

/** "Hello Ada,", in their language. */
export function greeting(receiver: Pick<Receiver, 'firstName' | 'locale'>): string {
  const words = wordsFor(languageOf(receiver), 'mail')
  return receiver.firstName === null ? words('hello') : words('helloName', { name: receiver.firstName })
}

/** The language that a receiver is written to: English until somebody names one. */
export const languageOf = ({ locale }: Pick<Receiver, 'locale'>): Locale => locale ?? 'en'

/** The text of a mail to a receiver, with the phrase they chose in a line of its own. */
export const withPhrase = (text: string, phrase: string | null, locale: Locale): string =>
  phrase === null ? text : `${text}\n\n${wordsFor(locale, 'mail')('phrase', { phrase })}`
