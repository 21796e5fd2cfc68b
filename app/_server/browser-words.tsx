import 'server-only'
import { NextIntlClientProvider } from 'next-intl'
import { getLocale } from 'next-intl/server'
import type { ReactNode } from 'react'
import { catalogue } from '#lib/words/catalogue.ts'
import type { Area } from '#lib/words/catalogue.ts'

/** What client components on every page use. */
const everywhere: readonly Area[] = ['common', 'status', 'crash']

/**
 * Sends the words of these areas to the browser, for the client components inside; server components need none of this. A page that has
 * client components with words of its own wraps them in it.
 */
export async function BrowserWords({
  areas = [],
  children,
}: {
  areas?: readonly Area[]
  children: ReactNode
}) {
  const locale = await getLocale()
  const words = catalogue[locale]
  const messages = Object.fromEntries([...everywhere, ...areas].map((area) => [area, words[area]]))
  return (
    <NextIntlClientProvider locale={locale} messages={messages}>
      {children}
    </NextIntlClientProvider>
  )
}
