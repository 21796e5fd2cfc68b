/** How often approvers get mails about payouts that wait for them, and when none. */
import { mailPaces } from '#lib/payouts/mail-rhythm.ts'
import type { MailRhythm } from '#lib/payouts/mail-rhythm.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps } from '#lib/services/ports.ts'
import { isZone } from '#lib/words/times.ts'

/** For the form that changes it. */
export async function showMailRhythm(
  deps: Pick<Deps, 'people'>,
  actor: Actor,
): Promise<{ ok: true; rhythm: MailRhythm } | Refusal<'forbidden'>> {
  if (actor.kind !== 'user' || !may(actor, 'payout.decide')) return refuse('forbidden')
  return { ok: true, rhythm: await deps.people.mailRhythm(actor.id) }
}

/** As a form sends it. Hours are 0 to 23; without one of them, or with the same twice, there are no quiet hours. */
export async function chooseMailRhythm(
  deps: Pick<Deps, 'people'>,
  actor: Actor,
  input: { pace: string; quietFrom: string; quietUntil: string; zone: string },
): Promise<{ ok: true } | Refusal<'forbidden' | 'invalid_request'>> {
  if (actor.kind !== 'user' || !may(actor, 'payout.decide')) return refuse('forbidden')
  const pace = mailPaces.find((one) => one === input.pace)
  if (pace === undefined)
    return refuse('invalid_request', { errors: [{ path: 'pace', said: { code: 'chooseOne' } }] })
  if (!isZone(input.zone))
    return refuse('invalid_request', { errors: [{ path: 'zone', said: { code: 'chooseZone' } }] })
  const [from, until] = [hourOf(input.quietFrom), hourOf(input.quietUntil)]
  const quiet = from === null || until === null || from === until ? null : { from, until }
  await deps.people.chooseMailRhythm(actor.id, { pace, quiet, zone: input.zone })
  return { ok: true }
}

const hourOf = (text: string): number | null => (/^(1?\d|2[0-3])$/.test(text) ? Number(text) : null)
