/** "Was this you?": the receiver stops payments to an account of theirs, by a link in the mail about it or on their page. */
import { createHmac } from 'node:crypto'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import type { Config, Deps, Destination } from '#lib/services/ports.ts'
import { isSigned } from '#lib/services/seal/link-secrets.ts'
import { shownDestination } from './list-destinations.ts'
import type { ShownDestination } from './list-destinations.ts'
import { mayManageOwn, ownDestination } from './own-destination.ts'

/** After that the link in the mail does nothing: an old mailbox must not stop payments. */
export const freezeLinkDays = 30

const signature = (config: Pick<Config, 'linkSecret'>, id: string) =>
  createHmac('sha256', config.linkSecret).update(`freeze:${id}`).digest('base64url')

/** The page that asks whether to freeze it. Opening it changes nothing, because mail programs open links. */
export const freezeUrlOf = (config: Pick<Config, 'linkSecret' | 'appUrl'>, id: string) =>
  `${config.appUrl}/freeze/${id}.${signature(config, id)}`

/** What the holder of the link in the mail may see and freeze. */
export async function showFreeze(
  deps: Deps,
  token: string,
): Promise<{ ok: true; destination: ShownDestination } | Refusal<'not_found'>> {
  const destination = await byToken(deps, token)
  return destination ? { ok: true, destination: shownDestination(destination) } : refuse('not_found')
}

/** Freezes it without a session: who stole the session must not be the only one who can. */
export async function freezeByLink(
  deps: Deps,
  actor: Actor,
  { token }: { token: string },
): Promise<{ ok: true } | Refusal<'not_found'>> {
  const destination = await byToken(deps, token)
  if (!destination) return refuse('not_found')
  await freeze(deps, actor, destination)
  return { ok: true }
}

/** A receiver freezes one of their saved destinations. */
export async function freezeOwn(
  deps: Deps,
  actor: Actor,
  { id }: { id: string },
): Promise<{ ok: true } | Refusal<'forbidden' | 'not_found'>> {
  if (!mayManageOwn(actor)) return refuse('forbidden')
  const destination = await ownDestination(deps, actor, id)
  if (!destination) return refuse('not_found')
  await freeze(deps, actor, destination)
  return { ok: true }
}

async function byToken(deps: Pick<Deps, 'config' | 'destinations' | 'clock'>, token: string) {
  const [id = '', given = ''] = token.split('.')
  if (!isUuid(id)) return null
  if (!isSigned(deps.config, given, (linkSecret) => signature({ linkSecret }, id))) return null
  const destination = await deps.destinations.find(id)
  if (!destination) return null
  const ageMs = deps.clock.wallMs() - destination.createdAt.getTime()
  return ageMs < freezeLinkDays * 86_400_000 ? destination : null
}

/** Freezing twice changes nothing. */
const freeze = (deps: Pick<Deps, 'destinations'>, actor: Actor, { id }: Pick<Destination, 'id'>) =>
  deps.destinations.freeze(
    id,
    {
      kind: 'destination_frozen',
      severity: 'high',
      subject: id,
      what: 'A receiver has frozen an account',
      why: 'They say that somebody else may have added it. Nothing is sent to it until an approver releases it. Ask the receiver by another way than their mail, then release the account or reject the payouts to it.',
      data: { destinationId: id },
    },
    actor,
  )
