/** What every page request goes through: which requests a page takes, and what the others get. */
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
/** A file of grants (2 MB) twice: the one that was checked, and another one. Other forms hold a few lines. */
const fileMaxBytes = 6 * 1024 * 1024

/** Judges the announced length; the listener (lib/web/form-post.ts) counts what arrives. */
export function isTooLong(path: string, headers: Headers): boolean {
  const length = headers.get('content-length')
  if (length === null) return false
  const most = path === '/desk/balances/import' ? fileMaxBytes : formMaxBytes
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
export function bareAnswer(status: 403 | 405 | 413 | 503, headers: Record<string, string>): Response {
  const { title, text } = bareTexts[status]
  const html = `<!doctype html>
<html lang="en">
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

const bareTexts = {
  403: {
    title: 'This form did not come from here',
    text: 'Go back to the portal, load the page again and send it from there. Nothing was changed.',
  },
  405: { title: 'This page can only be looked at', text: 'Open it with a browser.' },
  413: {
    title: 'This form is too long',
    text: 'Go back and send less. Nothing was changed.',
  },
  503: {
    title: 'We will be right back',
    text: 'The portal cannot reach its database at the moment. Nothing is lost: try again in a few seconds.',
  },
} as const
