import { currenciesPaid } from '#lib/services/endpoint/endpoint-book.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { InputProblem, Refusal } from '#lib/payouts/refusals.ts'
import { settingNumbers, settingSwitches } from '#lib/payouts/setting-names.ts'
import { tellAdmins } from '#lib/services/people/admin-people.ts'
import type { Deps, Settings } from '#lib/services/ports.ts'
import { wordsFor } from '#lib/words/words.ts'
import type { Words } from '#lib/words/words.ts'
import { settingLines } from './setting-lines.ts'

/** As people type them; the others stay as they are. */
export type SettingsInput = {
  sendDelayS?: string
  /** Makes the send delay this currency's own. */
  currency?: string
  /** Each currency's own send delay; empty: it has none. */
  sendDelaysS?: Record<string, string>
  coolingOffH?: string
  requireBalance?: string
  requireBalanceMerchant?: string
  grantHoldDays?: string
  expireAfterDays?: string
  remindBeforeH?: string
  approvalLateH?: string
  accessWaitH?: string
  independentAfterDays?: string
  escalateAfterH?: string
  eventDays?: string
  archiveAfterDays?: string
  eraseAfterDays?: string
}

/** Whole numbers and their bounds: wide enough for every merchant, narrow enough to catch a typing error. */
const bounds: Record<BoundedName, { least: number; most: number; orZero?: true }> = {
  sendDelayS: { least: 0, most: 86_400 },
  coolingOffH: { least: 0, most: 720 },
  grantHoldDays: { least: 0, most: 90 },
  expireAfterDays: { least: 1, most: 90 },
  remindBeforeH: { least: 0, most: 720 },
  approvalLateH: { least: 1, most: 720 },
  accessWaitH: { least: 1, most: 720 },
  independentAfterDays: { least: 1, most: 365 },
  escalateAfterH: { least: 0, most: 720 },
  // The database keeps a week in any case.
  eventDays: { least: 8, most: 3650 },
  // Cardzo may still say something else about a payout that ended lately.
  archiveAfterDays: { least: 90, most: 3650, orZero: true },
  eraseAfterDays: { least: 30, most: 3650, orZero: true },
}

/** The send delay may be one currency's own, so it is read by itself. */
type BoundedName = 'sendDelayS' | (typeof settingNumbers)[number]

/** Changes settings for the operator, in force at once. Answers all settings, even when none was given. */
export async function changeSettings(
  deps: Deps,
  actor: Actor,
  input: SettingsInput,
): Promise<{ ok: true; settings: Settings } | Refusal<'forbidden' | 'invalid_request'>> {
  if (!may(actor, 'settings.manage')) return refuse('forbidden')
  const now = await deps.settings.read()
  const { changed, errors } = readSettings(await currenciesPaid(deps), now, input)
  if (errors.length > 0) return refuse('invalid_request', { errors })
  if (Object.keys(changed).length === 0) return { ok: true, settings: now }
  const settings = await deps.settings.change(changed, actor)
  await tellAdmins(deps, actor, (words: Words<'mail'>, locale) => ({
    subject: words('operator.settings.subject'),
    paragraphs: [
      words('operator.settings.text'),
      settingLines(wordsFor(locale, 'settings'), changed)
        .map(({ name, value }) => `${name}: ${value}`)
        .join('\n'),
    ],
  }))
  return { ok: true, settings }
}

/** What a form or the command line sets, and everything that is wrong with it. */
export function readSettings(
  currencies: readonly string[],
  now: Settings,
  input: SettingsInput,
): { changed: Partial<Settings>; errors: InputProblem[] } {
  const errors: InputProblem[] = []
  const changed: Partial<Settings> = {}
  for (const name of settingSwitches) {
    const given = input[name]
    if (given === 'on' || given === 'off') changed[name] = given === 'on'
    else if (given !== undefined) errors.push({ path: name, said: { code: 'oneOf', list: 'on, off' } })
  }
  for (const name of settingNumbers) {
    const number = wholeNumber(input[name], name, name, errors)
    if (number !== undefined) changed[name] = number
  }
  const delay = wholeNumber(input.sendDelayS, 'sendDelayS', 'sendDelayS', errors)
  errors.push(...currencyProblems(currencies, input))
  if (delay !== undefined) changed.sendDelayS = { ...now.sendDelayS, [input.currency ?? '*']: delay }
  if (input.sendDelaysS)
    changed.sendDelayS = ownDelays(changed.sendDelayS ?? now.sendDelayS, input.sendDelaysS, errors)
  if (errors.length === 0) errors.push(...reminderProblems({ ...now, ...changed }))
  return { changed, errors }
}

/** `given`: by currency; empty ends that currency's own delay. */
function ownDelays(
  now: Settings['sendDelayS'],
  given: Record<string, string>,
  errors: InputProblem[],
): Settings['sendDelayS'] {
  const kept = Object.entries(now).filter(([currency]) => !(currency in given))
  const own = Object.entries(given).flatMap(([currency, text]) => {
    if (text === '') return []
    const seconds = wholeNumber(text, 'sendDelayS', `sendDelaysS.${currency}`, errors)
    return seconds === undefined ? [] : [[currency, seconds] as const]
  })
  return Object.fromEntries([...kept, ...own])
}

function wholeNumber(
  given: string | undefined,
  name: BoundedName,
  path: string,
  errors: InputProblem[],
): number | undefined {
  if (given === undefined) return undefined
  const { least, most, orZero } = bounds[name]
  const number = /^\d{1,6}$/.test(given) ? Number(given) : NaN
  if ((number >= least && number <= most) || (orZero && number === 0)) return number
  errors.push({ path, said: { code: 'wholeNumber', min: least, max: most } })
  return undefined
}

function currencyProblems(
  currencies: readonly string[],
  { currency, sendDelayS }: SettingsInput,
): InputProblem[] {
  if (currency === undefined) return []
  if (!currencies.includes(currency))
    return [{ path: 'currency', said: { code: 'oneOf', list: currencies.join(', ') } }]
  if (sendDelayS === undefined)
    return [{ path: 'currency', message: 'Says whose send delay is set: give the send delay too.' }]
  return []
}

/** A reminder must not be due before its payout was even asked for. */
function reminderProblems({ expireAfterDays, remindBeforeH }: Settings): InputProblem[] {
  if (remindBeforeH < expireAfterDays * 24) return []
  return [
    {
      path: 'remindBeforeH',
      said: { code: 'reminderLate', max: expireAfterDays * 24 },
    },
  ]
}
