/** What every page request goes through: which requests a page takes, and what the others get. */
import type { Locale } from '#lib/words/locales.ts'
import { wordsFor } from '#lib/words/words.ts'
import { isOwnOrigin } from './origin.ts'

type Verdict = 'page' | 'action' | 'method_not_allowed' | 'foreign'

/** A page can be viewed, or sent a form of its own; nothing else. */
export function judgeRequest(method: string, headers: Headers, appUrl: string): Verdict {
  if (method === 'GET' || method === 'HEAD') return 'page'
  if (method !== 'POST' || !isForm(headers)) return 'method_not_allowed'
  return isOwnOrigin(headers, appUrl) ? 'action' : 'foreign'
}

/** Where a renamed page, or one below it, is now; null for addresses that never changed. */
export const newAddress = (path: string): string | null =>
  /^\/desk\/rules(?=\/|$)/.test(path) ? path.replace('/desk/rules', '/desk/policy') : null

const formMaxBytes = 64 * 1024
/** A file of grants (2 MB) twice: the one that was checked, and another one; or a logo. Other forms hold a few lines. */
const fileMaxBytes = 6 * 1024 * 1024
const takeFiles = ['/desk/balances/import', '/desk/batches/new', '/desk/settings/brand']
/** A hundred thousand rows. */
const importMaxBytes = 17 * 1024 * 1024
const takesImports = '/desk/moving/new'

/** Judges the announced length; the listener (lib/web/form-post.ts) counts what arrives. */
export function isTooLong(path: string, headers: Headers): boolean {
  const length = headers.get('content-length')
  if (length === null) return false
  const most = path === takesImports ? importMaxBytes : takeFiles.includes(path) ? fileMaxBytes : formMaxBytes
  return !/^\d+$/.test(length) || Number(length) > most
}

/** With JavaScript a form comes with the action's id in a header, without it as a plain form. */
function isForm(headers: Headers): boolean {
  const type = headers.get('content-type') ?? ''
  return (
    headers.has('next-action') || /^(multipart\/form-data|application\/x-www-form-urlencoded)\b/i.test(type)
  )
}

/** A page that needs neither database nor framework. */
export function bareAnswer(
  status: 403 | 405 | 413 | 503,
  headers: Record<string, string>,
  locale: Locale,
): Response {
  const t = wordsFor(locale, 'errors')
  const { title, text } = {
    403: { title: t('bare.foreign.title'), text: t('bare.foreign.text') },
    405: { title: t('bare.readOnly.title'), text: t('bare.readOnly.text') },
    413: { title: t('bare.tooLong.title'), text: t('bare.tooLong.text') },
    503: { title: t('bare.away.title'), text: t('bare.away.text') },
  }[status]
  const html = `<!doctype html>
<html lang="${locale}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<h1>${title}</h1>
<p>${text}</p>
</html>
`
  return new Response(html, {
    status,
    headers: {
      ...headers,
      'content-type': 'text/html; charset=utf-8',
      ...(status === 503 && { 'retry-after': '5' }),
      ...(status === 405 && { allow: 'GET, HEAD' }),
    },
  })
}
