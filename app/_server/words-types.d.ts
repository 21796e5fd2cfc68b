import type { Catalogue } from '#lib/words/catalogue.ts'
import type { Locale } from '#lib/words/locales.ts'

declare module 'next-intl' {
  interface AppConfig {
    Locale: Locale
    Messages: Catalogue
  }
}
