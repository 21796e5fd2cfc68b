import { utcText } from '#lib/payouts/utc.ts'
import type { Deps, ExpiringKey, Told } from '#lib/services/ports.ts'
import type { Locale } from '#lib/words/locales.ts'
import { timeText } from '#lib/words/times.ts'
import { wordsFor } from '#lib/words/words.ts'

/** Enough time to make another key and put it to use. */
const beforeMs = 30 * 86_400_000

/** Tells admins and owner, once, of keys that expire within a month. Any number of workers may run it. */
export const remindOfKeys = (deps: Pick<Deps, 'keys' | 'config'>): Promise<number> =>
  deps.keys.remind(beforeMs, (key) => toldOf(deps, key))

function toldOf({ config }: Pick<Deps, 'config'>, { id, name, expiresAt, ownerEmail }: ExpiringKey): Told {
  const mail = {
    dedupeKey: `key:${id}:expires`,
    write(locale: Locale) {
      const words = wordsFor(locale, 'mail')
      return {
        subject: words('keyExpires.subject', { name }),
        text: [
          words('hello'),
          words('keyExpires.text', { name, at: timeText(locale, expiresAt) }),
          `${words('keyExpires.open')}\n${config.appUrl}/desk/keys`,
        ].join('\n\n'),
      }
    },
  }
  return {
    mails: [
      { ...mail, to: 'admins' },
      ...(ownerEmail === null ? [] : [{ ...mail, to: ownerEmail, dedupeKey: `${mail.dedupeKey}:owner` }]),
    ],
    item: {
      kind: 'key_expires',
      severity: 'warning',
      subject: id,
      what: `The API key ${name} expires soon`,
      why: `It stops working on ${utcText(expiresAt)}. An admin makes another one, and revokes this one when it is no longer used.`,
      data: { keyId: id, name },
    },
  }
}
