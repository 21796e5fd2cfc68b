/** The mail by which a person chooses a password. */
import type { AccessAct } from '#lib/payouts/access.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { hashToken } from '#lib/services/payout/links.ts'
import type { Deps, User } from '#lib/services/ports.ts'
import { freshToken, invitationLifetimeMs } from '#lib/services/sign-in/sessions.ts'

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
    subject: user.hasPassword ? 'Choose a new password' : 'You are invited to the payout portal',
    text: [
      `Hello ${user.name},`,
      `${invitedByName} has sent you this. Open the page and choose a password:\n${deps.config.appUrl}/invite/${token}`,
      `The link works once, within ${invitationLifetimeMs / 3_600_000} hours. Nobody else needs it; do not pass it on.`,
    ].join('\n\n'),
  })
}
