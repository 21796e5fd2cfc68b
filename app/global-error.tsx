'use client'
import { unstable_isUnrecognizedActionError as isOfAnotherVersion } from 'next/navigation'
import { useSyncExternalStore } from 'react'
import { crash as english } from '#lib/words/en/crash.ts'
import { localeFor } from '#lib/words/locales.ts'
import { crash as russian } from '#lib/words/ru/crash.ts'
import './globals.css'

const words = { en: english, ru: russian }
const never = () => () => undefined

/** When not even the layout could be rendered. The words come from here, because those of the layout are gone with it. */
export default function GlobalError({ error }: { error: unknown }) {
  const locale = useSyncExternalStore(
    never,
    () => localeFor(null, navigator.languages.join(',')),
    () => 'en' as const,
  )
  const { failed, updated, home } = words[locale]
  const { title, text } = isOfAnotherVersion(error) ? updated : failed
  return (
    <html lang={locale}>
      <body className="bg-paper font-sans text-ink antialiased">
        <main className="mx-auto max-w-xl px-4 py-24">
          <title>{title}</title>
          <h1 className="text-3xl font-semibold tracking-tight">{title}</h1>
          <p className="mt-3 text-lg leading-8 text-ink-2">{text}</p>
          <p className="mt-8">
            <a href="/" className="text-link inline-flex min-h-11 items-center">
              {home}
            </a>
          </p>
        </main>
      </body>
    </html>
  )
}
