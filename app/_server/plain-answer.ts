/** Short answers for readers without a JSON parser: Cardzo's callback sender, and a browser without a page. */
import { localeOf } from '#lib/words/locales.ts'
import type { Locale } from '#lib/words/locales.ts'
import { wordsFor } from '#lib/words/words.ts'
import { refusalText } from '#lib/words/refusal-text.ts'
import { refusalAnswers } from '#lib/payouts/refusals.ts'
import type { RefusalCode } from '#lib/payouts/refusals.ts'
import { WholeResponse } from '#lib/runtime/whole-response.ts'
import { judgeError } from './away.ts'
import { guardHeaders } from './problem.ts'

export function plainText(status: number, text: string, headers: Record<string, string> = {}): Response {
  return new WholeResponse(`${text}\n`, {
    status,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', ...guardHeaders, ...headers },
  })
}

/** A page for a browser whose request could not be served, in the words of `title` and `text` (no markup is taken from outside). */
export function plainPage(
  status: number,
  { locale, title, text }: { locale: Locale; title: string; text: string },
  headers: Record<string, string> = {},
): Response {
  const page = `<!doctype html>
<html lang="${locale}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>${title}</title>
<h1>${title}</h1>
<p>${text}</p>
</html>
`
  return new Response(page, {
    status,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Referrer-Policy': 'no-referrer',
      'X-Robots-Tag': 'noindex',
      ...guardHeaders,
      ...headers,
    },
  })
}

/** "See other": a browser follows with GET, whatever it sent. `path` is relative, so the answer does not depend on our address. */
export function seeOther(path: string): Response {
  return new Response(null, {
    status: 303,
    headers: { Location: path, 'Referrer-Policy': 'no-referrer', 'X-Robots-Tag': 'noindex', ...guardHeaders },
  })
}

/** A refusal of a file, in the language that the browser asks for. */
export function refusedFile(request: Request, code: RefusalCode): Response {
  const text = refusalText(localeOf(request), { code })
  return plainText(refusalAnswers[code].http, text, code === 'unavailable' ? { 'Retry-After': '5' } : {})
}

/** What a browser that asked for a file is told after an error. `route`: where, for the log. */
export async function failedFile(request: Request, error: unknown, route: string): Promise<Response> {
  if ((await judgeError(error, route)) === 'unavailable') return refusedFile(request, 'unavailable')
  return plainText(500, wordsFor(localeOf(request), 'errors')('file'))
}
