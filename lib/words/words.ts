/** Words for code that runs outside a page: mails, files, the API, the command line. Pages use next-intl (docs/words.md). */
import { createTranslator } from 'use-intl/core'
import { catalogue } from './catalogue.ts'
import type { Area, Catalogue } from './catalogue.ts'
import type { Locale } from './locales.ts'

/** Gives the words of one area: `words('title')`, `words('count', { n: 3 })`. The compiler knows each key and what it needs. */
export type Words<Name extends Area> = ReturnType<typeof createTranslator<Catalogue, Name>>

export function wordsFor<Name extends Area>(locale: Locale, area: Name): Words<Name> {
  return createTranslator<Catalogue, Name>({
    locale,
    messages: catalogue[locale],
    namespace: area,
    onError: (error) => {
      throw error
    },
  })
}
