import { randomUUID } from 'node:crypto'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps } from '#lib/services/ports.ts'
import { wordsFor } from '#lib/words/words.ts'

/** An admin has a mail sent to their own address. The worker that delivers it notes what the mail server answers. */
export async function sendTestMail(
  deps: Deps,
  actor: Actor,
): Promise<{ ok: true; to: string } | Refusal<'forbidden'>> {
  if (actor.kind !== 'user' || !may(actor, 'settings.propose')) return refuse('forbidden')
  const user = await deps.people.findUser(actor.id)
  if (!user) return refuse('forbidden')
  const mail = {
    to: user.email,
    dedupeKey: `first-run:${randomUUID()}`,
    write(locale: Parameters<typeof wordsFor>[0]) {
      const words = wordsFor(locale, 'mail')
      return {
        subject: words('test.subject'),
        text: [
          words('helloName', { name: user.name }),
          words('test.text'),
          `${words('test.open')}\n${deps.config.appUrl}/desk/settings/first-run`,
        ].join('\n\n'),
      }
    },
  }
  await deps.firstRun.sendTestMail(mail, actor)
  return { ok: true, to: user.email }
}
