/** Mails about a receiver's destination: last four digits only, and no link that acts by itself. */
import { lastFour } from '#lib/payouts/fields.ts'
import type { Config, Destination, DestinationDraft, MailDraft, Receiver } from '#lib/services/ports.ts'

type To = { receiver: Pick<Receiver, 'firstName'>; addresses: readonly (string | null)[] }

/** Sent at once to every address of the receiver, so that an intruder can't hide it. */
export function addedMails(
  { config }: { config: Pick<Config, 'appUrl'> },
  { id, fields, coolingOffH }: Pick<DestinationDraft, 'id' | 'fields' | 'coolingOffH'>,
  to: To,
): MailDraft[] {
  const account = fields['account_number']
  const bank = fields['bank_name']
  const named = nameOf({ bank, last4: account === undefined ? null : lastFour(account) })
  return mailsTo(to, `destination:${id}:added`, 'A new account was added: was this you?', [
    `A new account was added for your payments: ${named}.`,
    coolingOffH > 0
      ? `If this was you, there is nothing to do. Payments to it wait ${hoursText(coolingOffH)} first, so that nobody else can send your money there unnoticed.`
      : 'If this was you, there is nothing to do.',
    `${helpText} You can also remove the account yourself, and cancel what you did not ask for: ${config.appUrl}/destinations`,
  ])
}

/** Staff ended the cooling-off time. */
export function releasedMails(
  destination: Pick<Destination, 'id' | 'fields' | 'last4'>,
  to: To,
): MailDraft[] {
  const named = nameOf({ bank: destination.fields['bank_name'], last4: destination.last4 })
  return mailsTo(to, `destination:${destination.id}:released`, 'Your new account can be used now', [
    `The merchant's finance team has ended the waiting time of your new account: ${named}. Payments to it are sent from now on.`,
    helpText,
  ])
}

const helpText =
  'If this was not you, tell the merchant at once: answer this mail, or use the phone number or address that you know from before.'

const hoursText = (hours: number) => (hours === 1 ? 'one hour' : `${hours} hours`)

const nameOf = ({ bank, last4 }: { bank: string | undefined; last4: string | null }) =>
  [bank ?? 'an account', last4 ? `account ending ${last4}` : ''].filter((part) => part !== '').join(', ')

function mailsTo(
  { receiver, addresses }: To,
  dedupeKey: string,
  subject: string,
  lines: string[],
): MailDraft[] {
  const greeting = receiver.firstName === null ? 'Hello,' : `Hello ${receiver.firstName},`
  const text = [greeting, ...lines].join('\n\n')
  const different = new Map(addresses.flatMap((to) => (to === null ? [] : [[to.toLowerCase(), to]])))
  return [...different.values()].map((to, index) => ({
    to,
    dedupeKey: index === 0 ? dedupeKey : `${dedupeKey}:${index}`,
    subject,
    text,
  }))
}
