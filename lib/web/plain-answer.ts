// Short pages for requests that the framework would answer with 500 or with a line of its own.
import type { ServerResponse } from 'node:http'
import { localeOfHeaders } from '#lib/words/locales.ts'
import { wordsFor } from '#lib/words/words.ts'
import type { Words } from '#lib/words/words.ts'
import { inertPolicy } from './headers.ts'

type Status = 400 | 409 | 413 | 421

function textsOf(t: Words<'errors'>, status: Status): { title: string; text: string } {
  switch (status) {
    case 400:
      return { title: t('form.unreadable.title'), text: t('form.unreadable.text') }
    case 409:
      return { title: t('form.updated.title'), text: t('form.updated.text') }
    case 413:
      return { title: t('bare.tooLong.title'), text: t('bare.tooLong.text') }
    case 421:
      return { title: t('form.otherName.title'), text: t('form.otherName.text') }
  }
}

/**
 * Sends a page that needs neither database nor framework, in the reader's language. After a 409 it shows what was typed, so that people can
 * copy it.
 */
export function plainAnswer(
  response: ServerResponse,
  status: Status,
  kept?: { path: string; typed: [string, string][] },
): void {
  const { cookie, 'accept-language': accepted } = response.req.headers
  const locale = localeOfHeaders(cookie, accepted)
  const t = wordsFor(locale, 'errors')
  const { title, text } = textsOf(t, status)
  const fields = (kept?.typed ?? []).map(
    ([name, value]) => `<dt>${escape(name)}</dt>\n<dd><pre>${escape(value)}</pre></dd>\n`,
  )
  const again = kept === undefined ? '' : `<p><a href="${escape(kept.path)}">${t('form.again')}</a></p>\n`
  const typed = fields.length === 0 ? '' : `<h2>${t('form.typed')}</h2>\n<dl>\n${fields.join('')}</dl>\n`
  const html = `<!doctype html>
<html lang="${locale}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<h1>${title}</h1>
<p>${text}</p>
${again}${typed}</html>
`
  response.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': inertPolicy,
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
    // The unread rest of the body must not be taken for the next request.
    ...(!response.req.complete && { Connection: 'close' }),
  })
  response.end(html)
}

const escape = (text: string) => text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
