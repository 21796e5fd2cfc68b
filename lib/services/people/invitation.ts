/** The mail by which a person chooses a password. */
import type { AccessAct } from '#lib/payouts/access.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { hashToken } from '#lib/services/payout/links.ts'
import type { Deps, User } from '#lib/services/ports.ts'
import { freshToken, invitationLifetimeMs } from '#lib/services/sign-in/sessions.ts'
import { wordsFor } from '#lib/words/words.ts'

/** With `act`, the sender counts as behind the account from now on. Without it, another row says who does. */
export async function sendInvitation(
  deps: Pick<Deps, 'access' | 'mails' | 'config'>,
  actor: Actor,
  user: User,
  invitedByName: string,
  act?: AccessAct,
): Promise<void> {
  const token = freshToken()
  const tokenHash = hashToken(token)
  await deps.access.invite(
    { tokenHash, userId: user.id, lifetimeMs: invitationLifetimeMs, invitedByName, ...(act && { act }) },
    actor,
  )
  await deps.mails.enqueue({
    to: user.email,
    dedupeKey: `invitation:${tokenHash}`,
    write(locale) {
      const words = wordsFor(locale, 'mail')
      return {
        subject: words(user.hasPassword ? 'invited.again' : 'invited.subject'),
        text: [
          words('helloName', { name: user.name }),
          words('invited.by', { by: invitedByName }),
          `${words('invited.open')}\n${deps.config.appUrl}/invite/${token}`,
          words('invited.once', { hours: invitationLifetimeMs / 3_600_000 }),
        ].join('\n\n'),
      }
    },
  })
}
