import 'server-only'
import { cookies, headers } from 'next/headers'
import { cache } from 'react'
import { isZone } from '#lib/words/times.ts'
import { isLocale, localeFor } from '#lib/words/locales.ts'
import type { Locale } from '#lib/words/locales.ts'
import { getEnv } from './deps.ts'
import { linkStatus } from './link-status.ts'

/**
 * The language of the person who asks: what they chose in this browser; else, on the pages of a payment's link, the one its receiver is
 * written to; else what their browser asks for, else English.
 */
export const localeHere = cache(async (): Promise<Locale> => {
  const [jar, head] = [await cookies(), await headers()]
  const chosen = jar.get('locale')?.value
  const ofLink = isLocale(chosen) ? null : await localeOfLink(head.get('x-portal-path') ?? '')
  return ofLink ?? localeFor(chosen, head.get('accept-language'))
})

async function localeOfLink(path: string): Promise<Locale | null> {
  const token = /^\/pay\/([A-Za-z0-9_-]{20,128})(?=[/?]|$)/.exec(path)?.[1]
  if (token === undefined) return null
  const status = await linkStatus(token)
  return status.ok ? status.locale : null
}

/** The time zone that the person chose on their account page; null: their browser's. */
export const zoneHere = cache(async (): Promise<string | null> => {
  const zone = (await cookies()).get('time-zone')?.value
  return zone !== undefined && isZone(zone) ? zone : null
})

/** Are single-key shortcuts on in this browser? Yes, unless somebody has switched them off. */
export const areKeysOn = async (): Promise<boolean> => (await cookies()).get('keys')?.value !== 'off'

/** Remembers a choice in this browser for a year; null forgets it. */
export async function keepChoice(name: 'locale' | 'time-zone' | 'keys', value: string | null): Promise<void> {
  const secure = (await getEnv()).appUrl.startsWith('https:')
  const jar = await cookies()
  jar.set(name, value ?? '', {
    httpOnly: true,
    sameSite: 'lax',
    secure,
    path: '/',
    maxAge: value === null ? 0 : 365 * 24 * 3600,
  })
}
