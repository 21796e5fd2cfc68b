import { getRequestConfig } from 'next-intl/server'
import { catalogue } from '#lib/words/catalogue.ts'
import { isLocale } from '#lib/words/locales.ts'
import { localeHere } from './locale.ts'

/** What next-intl asks on every request (`next.config.js` names this file): the language and its words. */
export default getRequestConfig(async ({ locale: wanted }) => {
  const locale = isLocale(wanted) ? wanted : await localeHere()
  return { locale, messages: catalogue[locale], timeZone: 'UTC' }
})
