/** How often approvers and admins get mails about payouts that wait or are late, and when none. */
import { mailPaces } from '#lib/payouts/mail-rhythm.ts'
import type { MailRhythm } from '#lib/payouts/mail-rhythm.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { InputProblem, Refusal } from '#lib/payouts/refusals.ts'
import type { Deps } from '#lib/services/ports.ts'
import { isZone } from '#lib/words/times.ts'

/** Approvers get mails that can wait, and so do admins: about payouts that are late. */
const isMailed = (actor: Actor) => may(actor, 'payout.decide') || may(actor, 'user.manage')

/** For the form that changes it. */
export async function showMailRhythm(
  deps: Pick<Deps, 'people'>,
  actor: Actor,
): Promise<{ ok: true; rhythm: MailRhythm } | Refusal<'forbidden'>> {
  if (actor.kind !== 'user' || !isMailed(actor)) return refuse('forbidden')
  return { ok: true, rhythm: await deps.people.mailRhythm(actor.id) }
}

/** As a form sends it. Hours are 0 to 23; without one of them, or with the same twice, there are no quiet hours. */
type RhythmInput = { pace: string; quietFrom: string; quietUntil: string; zone: string }

export async function chooseMailRhythm(
  deps: Pick<Deps, 'people'>,
  actor: Actor,
  input: RhythmInput,
): Promise<{ ok: true } | Refusal<'forbidden' | 'invalid_request'>> {
  if (actor.kind !== 'user' || !isMailed(actor)) return refuse('forbidden')
  const rhythm = readRhythm(input)
  if ('path' in rhythm) return refuse('invalid_request', { errors: [rhythm] })
  await deps.people.chooseMailRhythm(actor.id, rhythm)
  return { ok: true }
}

/** A rhythm, or what is wrong with it. */
export function readRhythm(input: RhythmInput): MailRhythm | InputProblem {
  const pace = mailPaces.find((one) => one === input.pace)
  if (pace === undefined) return { path: 'pace', said: { code: 'chooseOne' } }
  if (!isZone(input.zone)) return { path: 'zone', said: { code: 'chooseZone' } }
  const [from, until] = [hourOf(input.quietFrom), hourOf(input.quietUntil)]
  const quiet = from === null || until === null || from === until ? null : { from, until }
  return { pace, quiet, zone: input.zone }
}

const hourOf = (text: string): number | null => (/^(1?\d|2[0-3])$/.test(text) ? Number(text) : null)
