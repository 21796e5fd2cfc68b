/** Mails about a receiver's destination: last four digits only, and no link that acts when it is opened. */
import { lastFour } from '#lib/payouts/fields.ts'
import { greeting, languageOf } from '#lib/services/message/mails.ts'
import type { Config, Destination, DestinationDraft, Receiver, WrittenMail } from '#lib/services/ports.ts'
import { wordsFor } from '#lib/words/words.ts'
import type { Words } from '#lib/words/words.ts'
import { freezeUrlOf } from './freeze-destination.ts'

type To = { receiver: Pick<Receiver, 'firstName' | 'locale'>; addresses: readonly (string | null)[] }

/** Sent at once to every address of the receiver, so that an intruder can't hide it. */
export function addedMails(
  { config }: { config: Pick<Config, 'appUrl' | 'linkSecret'> },
  { id, fields, coolingOffH }: Pick<DestinationDraft, 'id' | 'fields' | 'coolingOffH'>,
  to: To,
): WrittenMail[] {
  const words = wordsFor(languageOf(to.receiver), 'mail')
  const number = fields['account_number']
  const last4 = number === undefined ? null : lastFour(number)
  return mailsTo(to, `destination:${id}:added`, words('added.subject'), [
    words('added.text', { account: nameOf(words, { bank: fields['bank_name'], last4 }) }),
    coolingOffH > 0 ? words('added.waits', { hours: coolingOffH }) : words('added.ready'),
    `${words('added.freeze')}\n${freezeUrlOf(config, id)}`,
    words('notYou'),
    `${words('added.remove')}\n${config.appUrl}/destinations`,
  ])
}

/** Staff ended the cooling-off time. */
export function releasedMails(
  { id, fields, last4 }: Pick<Destination, 'id' | 'fields' | 'last4'>,
  to: To,
): WrittenMail[] {
  const words = wordsFor(languageOf(to.receiver), 'mail')
  const account = nameOf(words, { bank: fields['bank_name'], last4 })
  return mailsTo(to, `destination:${id}:released`, words('released.subject'), [
    words('released.text', { account }),
    words('notYou'),
  ])
}

function nameOf(
  words: Words<'mail'>,
  { bank, last4 }: { bank: string | undefined; last4: string | null },
): string {
  if (!last4) return bank ?? words('account.other')
  return bank === undefined
    ? words('account.number', { last4 })
    : words('account.bankAndNumber', { bank, last4 })
}

function mailsTo(
  { receiver, addresses }: To,
  dedupeKey: string,
  subject: string,
  lines: string[],
): WrittenMail[] {
  const text = [greeting(receiver), ...lines].join('\n\n')
  const different = new Map(addresses.flatMap((to) => (to === null ? [] : [[to.toLowerCase(), to]])))
  return [...different.values()].map((to, index) => ({
    to,
    dedupeKey: index === 0 ? dedupeKey : `${dedupeKey}:${index}`,
    locale: languageOf(receiver),
    subject,
    text,
  }))
}
