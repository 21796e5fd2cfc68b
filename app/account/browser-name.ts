import type { Words } from '#lib/words/words.ts'

const browsers = [
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const
const systems = [
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Windows', 'Windows'],
  ['Mac OS X', 'Mac'],
  ['Linux', 'Linux'],
] as const

const nameIn = (text: string, names: readonly (readonly [string, string])[]) =>
  names.find(([mark]) => text.includes(mark))?.[1]

/** "Chrome on Windows": enough to recognise your own. Other names are shown as they are, cut short. */
export function browserName(t: Words<'account'>, userAgent: string | null): string {
  if (userAgent === null || userAgent === '') return t('sessions.unknownBrowser')
  const [browser, system] = [nameIn(userAgent, browsers), nameIn(userAgent, systems)]
  if (browser === undefined) return userAgent.slice(0, 60)
  return system === undefined ? browser : t('sessions.browserOn', { browser, system })
}
