import { getLocale, getTranslations } from 'next-intl/server'
import { locales, localeNames } from '#lib/words/locales.ts'
import { chooseLanguage } from './language-action.ts'

/** At the foot of every page: the languages, as buttons of one form, so that it works without scripts. */
export async function LanguageChoice() {
  const [t, current] = [await getTranslations('site'), await getLocale()]
  return (
    <form action={chooseLanguage} aria-label={t('language')} className="flex flex-wrap items-center gap-x-4">
      {locales.map((locale) => (
        <button
          key={locale}
          name="locale"
          value={locale}
          lang={locale}
          {...(locale === current && { 'aria-current': true })}
          className="inline-flex min-h-8 cursor-pointer items-center underline-offset-3 hover:underline aria-[current=true]:font-medium aria-[current=true]:text-ink-2"
        >
          {localeNames[locale]}
        </button>
      ))}
    </form>
  )
}
