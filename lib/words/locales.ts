/** The languages of the portal, and which of them somebody reads. */

/** English comes first: it is what people get who read neither. */
export const locales = ['en', 'ru'] as const
export type Locale = (typeof locales)[number]

/** Each language as its readers call it. */
export const localeNames = { en: 'English', ru: 'Русский' } as const satisfies Record<Locale, string>

/** The language of a BCP 47 tag: of "ru-RU" it is "ru". What is no tag is given back as it came, and is no language of ours. */
export const languageOf = (tag: string): string =>
  /^(?<language>[a-z]{2,8})(-[a-z0-9]{1,8})*$/i.exec(tag.trim())?.groups?.['language']?.toLowerCase() ?? tag

export const isLocale = (value: unknown): value is Locale => (locales as readonly unknown[]).includes(value)

/**
 * The language for somebody: what they chose, else the first one of ours that their browser asks for, else English. `accepted` is the
 * header `Accept-Language` ("ru-RU,ru;q=0.9,en;q=0.8").
 */
export function localeFor(chosen: string | null | undefined, accepted: string | null | undefined): Locale {
  if (isLocale(chosen)) return chosen
  const wanted = (accepted ?? '')
    .split(',')
    .slice(0, maxWanted)
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';')
      const quality = parameters.find((parameter) => parameter.trim().startsWith('q='))
      return {
        language: tag.split('-')[0],
        quality: quality === undefined ? 1 : Number(quality.trim().slice(2)),
      }
    })
    .filter(({ quality }) => quality > 0)
    // A stable sort: of two that are wanted as much, the first counts.
    .sort((a, b) => b.quality - a.quality)
  return wanted.map(({ language }) => language).find(isLocale) ?? 'en'
}

/** Browsers send a handful. */
const maxWanted = 20

/** The same by the headers of a request, `Cookie` and `Accept-Language`. `known`: the language in which we write to them. */
export function localeOfHeaders(
  cookies: string | null | undefined,
  accepted: string | null | undefined,
  known: Locale | null = null,
): Locale {
  const cookie = /(?:^|;\s*)locale=(\w+)/.exec(cookies ?? '')?.[1]
  return localeFor(isLocale(cookie) ? cookie : known, accepted)
}

/** The same for somebody of whom only a request is known, in a route handler. */
export const localeOf = ({ headers }: Request, known: Locale | null = null): Locale =>
  localeOfHeaders(headers.get('cookie'), headers.get('accept-language'), known)
