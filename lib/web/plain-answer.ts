// Short pages for requests that the framework would answer with 500 or with a line of its own.
import type { ServerResponse } from 'node:http'
import { inertPolicy } from './headers.ts'

type Status = 400 | 409 | 413 | 421

const texts: Record<Status, { title: string; text: string }> = {
  400: {
    title: 'This form cannot be read',
    text: 'Go back, load the page again and send it from there. Nothing was changed.',
  },
  409: {
    title: 'The portal was updated while this page was open',
    text: 'Your form belongs to the version before, so nothing was sent and nothing was changed. Open the page again and send it from there.',
  },
  413: { title: 'This form is too long', text: 'Go back and send less. Nothing was changed.' },
  421: {
    title: 'The portal does not answer to this name',
    text: 'Open it by the address in your mails. Operators: APP_URL and the Host header differ; see docs/operations.md.',
  },
}

/** Sends a page that needs neither database nor framework. After a 409 it shows what was typed, so that people can copy it. */
export function plainAnswer(
  response: ServerResponse,
  status: Status,
  kept?: { path: string; typed: [string, string][] },
): void {
  const { title, text } = texts[status]
  const fields = (kept?.typed ?? []).map(
    ([name, value]) => `<dt>${escape(name)}</dt>\n<dd><pre>${escape(value)}</pre></dd>\n`,
  )
  const again = kept === undefined ? '' : `<p><a href="${escape(kept.path)}">Open the page again</a></p>\n`
  const typed = fields.length === 0 ? '' : `<h2>What you typed</h2>\n<dl>\n${fields.join('')}</dl>\n`
  const html = `<!doctype html>
<html lang="en">
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
