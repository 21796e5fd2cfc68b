import type { Deps, EscalatedItem, Told } from '#lib/services/ports.ts'
import { itemTitle } from '#lib/services/desk/item-title.ts'
import { wordsFor } from '#lib/words/words.ts'

/** In one mail. */
const atOnce = 20

/** Tells admins, once, of open items that nobody has taken for as long as the settings say. Any number of workers may run it. */
export async function escalateItems(deps: Pick<Deps, 'webhooks' | 'settings' | 'config'>): Promise<number> {
  const { escalateAfterH } = await deps.settings.read()
  if (escalateAfterH === 0) return 0
  return deps.webhooks.escalate(escalateAfterH * 3_600_000, atOnce, (items) => toldOf(deps.config, items))
}

function toldOf(config: Pick<Deps['config'], 'appUrl'>, items: readonly EscalatedItem[]): Told {
  return {
    mails: [
      {
        to: 'admins',
        dedupeKey: `escalated:${items[0]?.id ?? ''}`,
        write(locale) {
          const words = wordsFor(locale, 'mail')
          return {
            subject: words('escalated.subject', { n: items.length }),
            text: [
              words('hello'),
              words('escalated.text', { n: items.length }),
              items.map(({ kind }) => itemTitle(locale, kind)).join('\n'),
              `${words('escalated.open')}\n${config.appUrl}/desk`,
            ].join('\n\n'),
          }
        },
      },
    ],
  }
}
