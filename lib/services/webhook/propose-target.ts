import { randomUUID } from 'node:crypto'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { InputProblem, Refusal } from '#lib/payouts/refusals.ts'
import { lineProblem, tidyLine } from '#lib/payouts/text.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import { isOfPayout, webhookEventTypes } from '#lib/payouts/webhook-events.ts'
import type { ChatManner, TargetKind } from '#lib/payouts/webhook-events.ts'
import { readRhythm } from '#lib/services/message/choose-mail-rhythm.ts'
import { proposeAccess } from '#lib/services/people/access-proposals.ts'
import type { AccessChange, Deps, TargetDraft, User } from '#lib/services/ports.ts'
import { normalEmail } from '#lib/services/sign-in/sessions.ts'
import { refuseStepUp } from '#lib/services/sign-in/step-up.ts'
import type { StepUpRefusal } from '#lib/services/sign-in/step-up.ts'
import { isLocale } from '#lib/words/locales.ts'
import { addressPlace } from './places.ts'

export const targetNameMaxCharacters = 60

/** As a form sends it. */
export type TargetInput = {
  /** Of the target to change; absent: a new one. */
  id?: string
  name: string
  kind: string
  address: string
  events: readonly string[]
  /** Whose API keys; empty: everybody's. */
  ownerEmail: string
  /** Of a chat. Empty hours: mails at all hours. */
  pace?: string
  quietFrom?: string
  quietUntil?: string
  zone?: string
  locale?: string
}

/**
 * An admin proposes where events are sent, and which. Nothing is sent before another one confirms it: what is told outside may be worth money
 * to somebody. A target that exists stays as it is until then.
 */
export async function proposeTarget(
  deps: Deps,
  actor: Actor,
  { code, ...input }: TargetInput & { code: string },
): Promise<
  | { ok: true; change: AccessChange }
  | Refusal<'forbidden' | 'not_found' | 'invalid_request' | 'access_waits' | StepUpRefusal>
> {
  if (actor.kind !== 'user' || !may(actor, 'webhook.manage')) return refuse('forbidden')
  const before = input.id !== undefined && isUuid(input.id) ? await deps.webhooks.find(input.id) : null
  if (input.id !== undefined && !before) return refuse('not_found')
  const email = normalEmail(input.ownerEmail)
  const owner = email === '' ? null : await deps.people.findUserByEmail(email)
  const id = before?.id ?? randomUUID()
  const read = readTarget(deps, id, before?.kind ?? input.kind, input, { email, owner })
  if (!read.ok) return refuse('invalid_request', { errors: read.errors })
  const subject = `webhook ${id} ${deps.vault.fingerprint(JSON.stringify({ ...read.draft, address: tidyLine(input.address) }))}`
  const unproven = await refuseStepUp(deps, actor, { kind: 'webhook', subject }, code)
  if (unproven) return unproven
  const change = await proposeAccess(deps, actor, { subjectId: id, act: read.draft })
  return change === 'already_proposed' ? refuse('access_waits') : { ok: true, change }
}

function readTarget(
  deps: Pick<Deps, 'outgoing' | 'vault'>,
  id: string,
  kind: string,
  input: TargetInput,
  { email, owner }: { email: string; owner: User | null },
): { ok: true; draft: TargetDraft } | { ok: false; errors: InputProblem[] } {
  const errors: InputProblem[] = []
  const name = tidyLine(input.name)
  if (name === '' || name.length > targetNameMaxCharacters || lineProblem(name) !== undefined)
    errors.push({ path: 'name', said: { code: 'keyName', max: targetNameMaxCharacters } })
  const target: TargetKind = kind === 'chat' ? 'chat' : 'signed'
  if (kind !== target) errors.push({ path: 'kind', said: { code: 'oneOf', list: 'signed, chat' } })
  const address = tidyLine(input.address)
  const wrong = deps.outgoing.problem(address)
  if (wrong !== null) errors.push({ path: 'address', said: { code: 'webhookAddress', why: wrong } })
  const events = webhookEventTypes.filter((type) => input.events.includes(type))
  if (events.length === 0 || events.length !== new Set(input.events).size)
    errors.push({ path: 'events', said: { code: 'eventsNone' } })
  if (email !== '' && !owner) errors.push({ path: 'owner', said: { code: 'ownerUnknown' } })
  if (owner && !events.every(isOfPayout)) errors.push({ path: 'events', said: { code: 'eventsOwner' } })
  const chat = target === 'chat' ? readManner(input, errors) : null
  if (errors.length > 0) return { ok: false, errors }
  return {
    ok: true,
    draft: {
      kind: 'webhook',
      whose: name,
      target,
      addressSealed: deps.vault.seal(address, addressPlace(id)),
      addressShown: shownOf(target, address),
      events,
      ownerId: owner?.id ?? null,
      owner: owner?.name ?? null,
      chat,
    },
  }
}

/** To know a chat's address is to write to it, and queries often hold a secret. */
function shownOf(target: TargetKind, address: string): string {
  const { origin, pathname, search } = new URL(address)
  if (target === 'chat') return `${origin}/…`
  return `${origin}${pathname === '/' ? '' : pathname}${search === '' ? '' : '?…'}`
}

function readManner(input: TargetInput, errors: InputProblem[]): ChatManner | null {
  const { pace = 'at_once', quietFrom = '', quietUntil = '', zone = 'UTC', locale = 'en' } = input
  const rhythm = readRhythm({ pace, quietFrom, quietUntil, zone })
  if ('path' in rhythm) errors.push(rhythm)
  if (!isLocale(locale)) errors.push({ path: 'locale', said: { code: 'chooseOne' } })
  return 'path' in rhythm || !isLocale(locale) ? null : { ...rhythm, locale }
}
