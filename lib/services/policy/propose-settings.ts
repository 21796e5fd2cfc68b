import { createHash } from 'node:crypto'
import { readBrand } from '#lib/payouts/brand.ts'
import type { Brand, BrandInput } from '#lib/payouts/brand.ts'
import { codeMaxCharacters } from '#lib/payouts/error-codes.ts'
import type { CodeTexts, CodeWords } from '#lib/payouts/error-codes.ts'
import { readLogo } from '#lib/payouts/logo.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { reasonMaxCharacters, textProblem } from '#lib/payouts/reason.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { InputProblem, Refusal } from '#lib/payouts/refusals.ts'
import { tidyProse } from '#lib/payouts/text.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import type { Deps, EndpointPart, Settings, SettingsChange, SettingsPart, Told } from '#lib/services/ports.ts'
import { currenciesPaid, endpointBook } from '#lib/services/endpoint/endpoint-book.ts'
import { readEndpoint, readRoutes } from '#lib/services/endpoint/read-endpoint.ts'
import type { EndpointInput, ReadEndpoint } from '#lib/services/endpoint/read-endpoint.ts'
import { mayBeErased } from '#lib/services/receiver/erase-receiver.ts'
import { refuseStepUp } from '#lib/services/sign-in/step-up.ts'
import type { StepUpRefusal } from '#lib/services/sign-in/step-up.ts'
import { wordsFor } from '#lib/words/words.ts'
import { readSettings } from './change-settings.ts'
import type { SettingsInput } from './change-settings.ts'

/** Long enough for two sentences, short enough for a phone and a mail. */
export const wordsMaxCharacters = 300

/** The words of one error code as people write them; null takes them away. */
export type CodeInput = { code: string; words: CodeWords | null }

/** An administrator proposes other settings, words of an error code, or another brand. Nothing changes until another one confirms. */
export async function proposeSettings(
  deps: Deps,
  actor: Actor,
  input: {
    settings?: SettingsInput
    errorCode?: CodeInput
    /** `logo`: a picture, or null for none; left out, it stays. */
    brand?: BrandInput & { logo?: Uint8Array<ArrayBuffer> | null }
    endpoint?: EndpointInput
    /** As typed: lib/services/endpoint/read-endpoint.ts. */
    routes?: string
    /** The id of a receiver, of whom everything that is known goes. */
    erase?: string
    reason: string
    code: string
  },
): Promise<
  | { ok: true; proposal: SettingsChange }
  | Refusal<
      'forbidden' | 'invalid_request' | 'not_erasable' | 'settings_wait' | 'settings_same' | StepUpRefusal
    >
> {
  if (actor.kind !== 'user' || !may(actor, 'settings.propose')) return refuse('forbidden')
  const now = await deps.settings.read()
  const { changed, errors } = readSettings(await currenciesPaid(deps), now, input.settings ?? {})
  const words = input.errorCode && readWords(input.errorCode, errors)
  const brand = input.brand && readBrand(input.brand, errors)
  const logo = input.brand?.logo && pictureOf(input.brand.logo, errors)
  const book = await endpointBook(deps)
  const endpoint = input.endpoint && readEndpoint(input.endpoint, book, errors)
  const routes = input.routes === undefined ? undefined : readRoutes(input.routes, book, errors)
  const reason = tidyProse(input.reason)
  const unreasoned = textProblem('reason', reason, reasonMaxCharacters)
  if (unreasoned) errors.push(unreasoned)
  if (errors.length > 0) return refuse('invalid_request', { errors })
  if (await deps.settingsChanges.proposal()) return refuse('settings_wait')

  if (input.erase !== undefined && !(await isErasable(deps, input.erase))) return refuse('not_erasable')

  const settings = differing(now, changed)
  const part: SettingsPart = {
    ...(input.erase !== undefined && { erase: input.erase }),
    ...(settings && { settings }),
    ...(words && (await differingWords(deps, words))),
    ...(brand &&
      differingBrand(await deps.brand.read(), {
        ...brand,
        ...(input.brand?.logo === null && { logo: null }),
        ...(logo && { logo: { hash: logo.hash, width: logo.width, height: logo.height } }),
      })),
  }
  const changesRoutes = routes !== undefined && JSON.stringify(routes) !== JSON.stringify(book.routes)
  const { key = null, control = null } = endpoint ?? {}
  const facts = endpoint && { ...endpoint.part, ...(key && { key: '' }), ...(control && { control: '' }) }
  const changesEndpoint = facts && Object.keys(facts).length > 0
  if (changesRoutes) part.routes = routes
  if (Object.keys(part).length === 0 && !changesEndpoint) return refuse('settings_same')
  const subject = `propose ${createHash('sha256')
    .update(JSON.stringify([part, facts]))
    .digest('hex')}`
  const unproven = await refuseStepUp(deps, actor, { kind: 'settings', subject }, input.code)
  if (unproven) return unproven
  if (logo) await deps.brand.keepLogo({ hash: logo.hash, type: logo.type, bytes: logo.bytes })
  if (endpoint && changesEndpoint)
    part.endpoints = await namedEndpoint(deps, input.endpoint?.id ?? null, endpoint)
  const saved = await deps.settingsChanges.propose(part, reason, actor, (made) =>
    toldOfSettings(deps, actor, made),
  )
  return saved === 'already_proposed' ? refuse('settings_wait') : { ok: true, proposal: saved }
}

async function isErasable(deps: Pick<Deps, 'erasures'>, receiverId: string): Promise<boolean> {
  const obstacles = isUuid(receiverId) ? await deps.erasures.obstacles(receiverId) : null
  return obstacles !== null && mayBeErased(obstacles)
}

/** Under its number, with its secrets kept and named. A new endpoint gets the next number. */
async function namedEndpoint(
  deps: Pick<Deps, 'endpoints'>,
  given: number | null,
  { part, key, control }: ReadEndpoint,
): Promise<Record<string, EndpointPart>> {
  const id = given ?? (await deps.endpoints.nextNumber())
  const keep = async (kind: 'key' | 'control', text: string | null) => {
    if (text === null) return {}
    const name = { key: ['key', 'nextKey'], control: ['control', 'nextControl'] } as const
    return { [name[kind][given === null ? 0 : 1]]: await deps.endpoints.keepSecret(id, kind, text) }
  }
  return { [id]: { ...part, ...(await keep('key', key)), ...(await keep('control', control)) } }
}

/** Only what differs from what is set; null: nothing does. */
function differing(now: Settings, changed: Partial<Settings>): Partial<Settings> | null {
  const text = (value: unknown) =>
    typeof value === 'object' ? JSON.stringify(Object.entries(value ?? {}).sort()) : JSON.stringify(value)
  const other = Object.entries(changed).filter(
    ([name, value]) => text(value) !== text(now[name as keyof Settings]),
  )
  return other.length === 0 ? null : (Object.fromEntries(other) as Partial<Settings>)
}

function pictureOf(bytes: Uint8Array<ArrayBuffer>, errors: InputProblem[]) {
  const found = readLogo(bytes)
  if ('said' in found) {
    errors.push({ path: 'logo', said: found.said })
    return undefined
  }
  return { ...found, bytes, hash: createHash('sha256').update(bytes).digest('hex') }
}

function differingBrand(now: Brand, given: Partial<Brand>): Pick<SettingsPart, 'brand'> {
  const textOf = (value: Brand[keyof Brand] | undefined) =>
    typeof value === 'object' ? (value?.hash ?? null) : value
  const other = Object.entries(given).filter(
    ([name, value]) => textOf(value) !== textOf(now[name as keyof Brand]),
  )
  return other.length === 0 ? {} : { brand: Object.fromEntries(other) as Partial<Brand> }
}

async function differingWords(
  deps: Pick<Deps, 'errorCodes'>,
  { code, words }: CodeInput,
): Promise<Pick<SettingsPart, 'codes'>> {
  const own = (await deps.errorCodes.book()).get(code) ?? null
  const isSame =
    own === null || words === null ? own === words : partsOf(own).join('\n') === partsOf(words).join('\n')
  return isSame ? {} : { codes: { [code]: words } }
}

const partNames = ['receiver', 'todo', 'staff'] as const satisfies readonly (keyof CodeTexts)[]
const languages = ['en', 'ru'] as const satisfies readonly (keyof CodeWords)[]
const partsOf = (words: CodeWords) =>
  languages.flatMap((locale) => partNames.map((part) => words[locale][part]))

/** Both languages, whole: a receiver may read either. */
function readWords({ code, words }: CodeInput, errors: InputProblem[]): CodeInput {
  const problem = textProblem('errorCode', code, codeMaxCharacters)
  if (problem) errors.push(problem)
  if (words === null) return { code, words }
  const read = (locale: (typeof languages)[number]) => {
    const given = words[locale]
    const texts = {
      receiver: tidyProse(given.receiver),
      todo: tidyProse(given.todo),
      staff: tidyProse(given.staff),
    }
    for (const part of partNames) {
      const wrong = textProblem(`${locale}-${part}`, texts[part], wordsMaxCharacters)
      if (wrong) errors.push(wrong)
    }
    return texts
  }
  return { code, words: { en: read('en'), ru: read('ru') } }
}

/** A mail to every admin but the proposer, and an open item until it is decided. */
function toldOfSettings(deps: Pick<Deps, 'config'>, actor: Actor, proposal: SettingsChange): Told {
  const { version, reason, proposedByName } = proposal
  return {
    mails: [
      {
        to: 'admins',
        ...(actor.kind === 'user' && { exceptUserId: actor.id }),
        dedupeKey: `settings:${version}`,
        write(locale) {
          const words = wordsFor(locale, 'mail')
          return {
            subject: words('proposed.settings.subject'),
            text: [
              words('hello'),
              words('proposed.settings.text', { by: proposedByName }),
              words('reason', { reason }),
              `${words('proposed.decide')}\n${deps.config.appUrl}/desk/settings`,
            ].join('\n\n'),
          }
        },
      },
    ],
    item: {
      kind: 'proposal_waits',
      severity: 'warning',
      subject: `settings:${version}`,
      what: `${proposedByName} proposed a change of the settings`,
      why: `An admin who did not propose it confirms or rejects it: ${reason}`,
      data: { page: '/desk/settings' },
    },
  }
}
