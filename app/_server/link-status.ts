import 'server-only'
import { cookies, headers } from 'next/headers'
import { cache } from 'react'
import { showStatus } from '#lib/services/payout/show-status.ts'
import { isLocale, localeFor } from '#lib/words/locales.ts'
import { getDeps } from './deps.ts'

/** What the holder of a link may see, read once in a request: the page asks for it, and so does the choice of its language. */
export const linkStatus = cache(async (token: string) => {
  const [jar, head] = [await cookies(), await headers()]
  const chosen = jar.get('locale')?.value
  return showStatus(await getDeps(), token, (known) =>
    localeFor(isLocale(chosen) ? chosen : known, head.get('accept-language')),
  )
})
