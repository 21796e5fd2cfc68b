/** Every word that people read, in each language: docs/words.md. Too big for a browser, which gets only the areas it needs. */
import { english } from './english.ts'
import type { Locale } from './locales.ts'
import { russian } from './russian.ts'

/** The English words say which keys there are, and what each needs. */
export type Catalogue = typeof english
/** A part of the catalogue, named after the pages that use it. */
export type Area = keyof Catalogue

/** In other languages each text is another; `Same` in their files holds their keys to the English ones, and a test what they need. */
export const catalogue: Record<Locale, Catalogue> = { en: english, ru: russian as unknown as Catalogue }
