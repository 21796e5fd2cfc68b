/** Settings as lines of a name and a value. */
import { brandTexts } from '#lib/payouts/brand.ts'
import { writeLowMarks } from '#lib/payouts/merchant-balance.ts'
import { settingNames } from '#lib/payouts/setting-names.ts'
import { writeFields, writeRoutes } from '#lib/services/endpoint/read-endpoint.ts'
import type { EndpointPart, Settings, SettingsPart } from '#lib/services/ports.ts'
import type { Words } from '#lib/words/words.ts'

export type SettingLine = { name: string; value: string }

/** Only those that are given. The send delay has a line for each currency that has its own. */
export function settingLines(t: Words<'settings'>, given: Partial<Settings>): SettingLine[] {
  const { '*': usual, ...own } = given.sendDelayS ?? {}
  const delays = Object.entries(own).map(([currency, seconds]) => ({
    name: t('name.sendDelayOf', { currency }),
    value: String(seconds),
  }))
  const others = settingNames.flatMap((name) => {
    const value = given[name]
    if (value === undefined) return []
    return [
      {
        name: t(`name.${name}`),
        value: typeof value === 'boolean' ? t(value ? 'on' : 'off') : String(value),
      },
    ]
  })
  return [
    ...(usual === undefined ? [] : [{ name: t('name.sendDelayS'), value: String(usual) }]),
    ...delays,
    ...others,
  ]
}

/** `code`: the line is about the words of this error code. Null: not set. */
export type Difference = { name: string; code: string | null; was: string | null; becomes: string | null }

const parts = ['receiver', 'todo', 'staff'] as const

const endpointNames = [
  'name',
  'kind',
  'cardzoId',
  'baseUrl',
  'login',
  'currencies',
  'fields',
  'redirectHosts',
  'maxRequestsPerS',
  'balance',
  'lowMarks',
] as const satisfies readonly (keyof EndpointPart)[]

/** Secrets are named, never shown. */
function endpointLines(
  t: Words<'settings'>,
  id: string,
  was: EndpointPart,
  becomes: EndpointPart,
): Difference[] {
  const nameOf = (part: string) => t('endpoint.of', { id, part })
  const textOf = (part: EndpointPart, name: (typeof endpointNames)[number]) => {
    if (name === 'fields') return part.fields ? writeFields(part.fields) || null : null
    if (name === 'kind') return part.kind ? t(`endpoint.${part.kind}`) : null
    if (name === 'balance')
      return part.balance === undefined ? null : (part.balance ?? t('endpoint.notAsked'))
    if (name === 'lowMarks') return part.lowMarks ? writeLowMarks(part.lowMarks) || null : null
    const value = part[name]
    return value === undefined ? null : Array.isArray(value) ? value.join(', ') || null : String(value)
  }
  const activeOf = ({ active }: EndpointPart) =>
    active === undefined ? null : t(active ? 'endpoint.active' : 'endpoint.inactive')
  const changed = (part: string, shown: string | null) => ({
    name: nameOf(part),
    code: null,
    was: null,
    becomes: shown,
  })
  return [
    ...endpointNames.map((name) => ({
      name: nameOf(t(`endpoint.${name}`)),
      code: null,
      was: textOf(was, name),
      becomes: textOf(becomes, name),
    })),
    { name: nameOf(t('endpoint.use')), code: null, was: activeOf(was), becomes: activeOf(becomes) },
    changed(t('endpoint.key'), becomes.key || becomes.nextKey ? t('endpoint.newSecret') : null),
    changed(t('endpoint.control'), becomes.control || becomes.nextControl ? t('endpoint.newSecret') : null),
    changed(t('endpoint.rotation'), becomes.rotation ? t(`endpoint.${becomes.rotation}`) : null),
  ]
}

/** What differs, line by line. */
export function differencesOf(
  t: Words<'settings'>,
  { was, becomes }: { was: SettingsPart; becomes: SettingsPart },
): Difference[] {
  const before = new Map(settingLines(t, was.settings ?? {}).map(({ name, value }) => [name, value]))
  const after = new Map(settingLines(t, becomes.settings ?? {}).map(({ name, value }) => [name, value]))
  const ofSettings = [...new Set([...before.keys(), ...after.keys()])].map((name) => ({
    name,
    code: null,
    was: before.get(name) ?? null,
    becomes: after.get(name) ?? null,
  }))
  const ofCodes = Object.entries(becomes.codes ?? {}).flatMap(([code, words]) =>
    (['en', 'ru'] as const).flatMap((locale) =>
      parts.map((part) => ({
        name: t(`part.${`${locale}-${part}` as const}`),
        code,
        was: was.codes?.[code]?.[locale][part] ?? null,
        becomes: words?.[locale][part] ?? null,
      })),
    ),
  )
  const ofBrand = brandTexts.map((name) => ({
    name: t(`brand.${name}`),
    code: null,
    was: was.brand?.[name] ?? null,
    becomes: becomes.brand?.[name] ?? null,
  }))
  const ofEndpoints = Object.entries(becomes.endpoints ?? {}).flatMap(([id, part]) =>
    endpointLines(t, id, was.endpoints?.[id] ?? {}, part),
  )
  const ofRoutes = {
    name: t('endpoint.routes'),
    code: null,
    was: was.routes ? writeRoutes(was.routes) || null : null,
    becomes: becomes.routes ? writeRoutes(becomes.routes) || null : null,
  }
  const ofErasing = { name: t('erase'), code: null, was: null, becomes: becomes.erase ?? null }
  return [...ofSettings, ...ofBrand, ...ofCodes, ...ofEndpoints, ofRoutes, ofErasing].filter(
    (line) => line.was !== line.becomes,
  )
}
