/** Mails and open items about targets that were switched off. */
import type { Config, Told, WebhookTarget } from '#lib/services/ports.ts'
import { wordsFor } from '#lib/words/words.ts'

/** To all admins. */
export function toldOfTarget(config: Pick<Config, 'appUrl'>, target: WebhookTarget): Told {
  const { id, name, addressShown, disabledWhy } = target
  const isGone = disabledWhy === 'gone'
  return {
    mails: [
      {
        to: 'admins',
        dedupeKey: `webhook:${id}:${target.disabledAt?.getTime() ?? 0}`,
        write(locale) {
          const words = wordsFor(locale, 'mail')
          return {
            subject: words('webhookOff.subject', { name }),
            text: [
              words('hello'),
              words(isGone ? 'webhookOff.gone' : 'webhookOff.failed', { name, address: addressShown }),
              words('webhookOff.then'),
              `${words('webhookOff.open')}\n${config.appUrl}/desk/webhooks/${id}`,
            ].join('\n\n'),
          }
        },
      },
    ],
    item: {
      kind: 'webhook_failed',
      severity: 'high',
      subject: id,
      what: `The webhook target ${name} was switched off`,
      why: isGone
        ? `${addressShown} answered 410: it wants no more events.`
        : `Nothing has arrived at ${addressShown} for days.`,
      data: { targetId: id, name },
    },
  }
}
