// What the listener judges and says by itself, before the framework: which hosts are ours, what every answer tells browsers, and
// short pages for requests that the framework would answer with 500 or with a line of its own.
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'

/** Without the query. */
export const pathOf = (address: string) => address.split('?', 1)[0] ?? address

const isReturnPath = (path: string) => /^\/pay\/[^/]+\/return$/.test(path)

/** Pages take forms; what is under /api reads its own bodies, and who comes back from the bank sends nothing that is read. */
export const isFormPath = (path: string) => !path.startsWith('/api/') && !isReturnPath(path)

/**
 * Machines may know us by another name: Cardzo behind a gateway, monitors that go by address, banks, systems in the same network with a
 * key of theirs. Nothing there depends on it.
 */
const isOpenPath = (path: string) =>
  /^\/api\/(v1|health)\//.test(path) ||
  path === '/api/metrics' ||
  path === '/api/cardzo/callback' ||
  isReturnPath(path)

/**
 * Is the portal called by its own name? That of APP_URL, or of this machine, which no foreign page can take; a trusted proxy may say in
 * X-Forwarded-Host what it was called by.
 */
export function isOurHost(
  path: string,
  headers: IncomingHttpHeaders,
  appUrl: string,
  trusted: boolean,
): boolean {
  if (isOpenPath(path)) return true
  const forwarded = headers['x-forwarded-host']
  const told = trusted && typeof forwarded === 'string' ? forwarded.split(',').at(0)?.trim() : headers.host
  if (told === undefined || !URL.canParse(`http://${told}`)) return false
  const { protocol, host } = new URL(appUrl)
  const url = new URL(`${protocol}//${told}`)
  return url.host === host || /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname)
}

/** Two years, as browsers' preload lists ask for, and for names below ours too (OWASP ASVS 5.0, 3.4.1). */
const strictTransport = 'max-age=63072000; includeSubDomains'
/** For answers that are no pages: nothing in them runs, loads, or is framed. Pages get theirs from proxy.ts. */
const inertPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** Headers of every answer on this path. */
export function listenerHeaders(appUrl: string): (path: string) => [string, string][] {
  const always: [string, string][] = [
    ...(appUrl.startsWith('https:')
      ? ([['Strict-Transport-Security', strictTransport]] satisfies [string, string][])
      : []),
    ['X-Content-Type-Options', 'nosniff'],
  ]
  const inert: [string, string][] = [
    ...always,
    ['Content-Security-Policy', inertPolicy],
    ['Referrer-Policy', 'no-referrer'],
    ['Cross-Origin-Resource-Policy', 'same-origin'],
  ]
  return (path) => (/^\/(api|_next)\//.test(path) || isReturnPath(path) ? inert : always)
}

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

/** A page that needs neither database nor framework. After a 409: what was typed, to be copied. */
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
    // What was not read to its end is nobody's next request.
    ...(!response.req.complete && { Connection: 'close' }),
  })
  response.end(html)
}

const escape = (text: string) => text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
