/** Settings as lines of a name and a value. */
import { brandTexts } from '#lib/payouts/brand.ts'
import type { Settings, SettingsPart } from '#lib/services/ports.ts'
import type { Words } from '#lib/words/words.ts'

export type SettingLine = { name: string; value: string }

/** In the order of the page. */
export const settingNames = [
  'coolingOffH',
  'requireBalance',
  'requireBalanceMerchant',
  'grantHoldDays',
  'expireAfterDays',
  'remindBeforeH',
  'accessWaitH',
  'independentAfterDays',
] as const satisfies readonly (keyof Settings)[]

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
  return [...ofSettings, ...ofBrand, ...ofCodes].filter((line) => line.was !== line.becomes)
}
