// Runs before every page (not /api): refuses what is not a page request, answers 503 while the database is away, and sets the page's
// headers, the content security policy among them (app/_server/page-headers.ts).
import { randomBytes } from 'node:crypto'
import { NextResponse } from 'next/server'
import type { NextRequest } from 'next/server'
import { isDatabaseHere } from '#app/_server/database-here.ts'
import { getEnv } from '#app/_server/deps.ts'
import { bareAnswer, isTooLong, judgeRequest, newAddress } from '#app/_server/page-guard.ts'
import { localeOf } from '#lib/words/locales.ts'
import { pageHeaders } from '#app/_server/page-headers.ts'

export async function proxy(request: NextRequest): Promise<Response> {
  const { pathname, search } = request.nextUrl
  // The return from the bank: a cross-site POST by design, with a route handler of its own.
  if (/^\/pay\/[^/]+\/return$/.test(pathname)) return NextResponse.next()

  const env = await getEnv()
  const nonce = randomBytes(16).toString('base64')
  const options = { https: env.appUrl.startsWith('https:'), development: env.development }
  const headers = pageHeaders(pathname, nonce, options)

  const verdict = judgeRequest(request.method, request.headers, env.appUrl)
  if (verdict === 'method_not_allowed') return bareAnswer(405, headers, localeOf(request))
  if (verdict === 'foreign') return bareAnswer(403, headers, localeOf(request))
  if (verdict === 'action' && isTooLong(pathname, request.headers))
    return bareAnswer(413, headers, localeOf(request))
  const moved = newAddress(pathname)
  // 308 keeps the method and the body: a form of a page that was opened before the change still arrives.
  if (moved !== null)
    return NextResponse.redirect(new URL(moved + search, env.appUrl), { status: 308, headers })
  // An action sent by script tells the page itself that the database is away, so that nothing typed is lost.
  if (!request.headers.has('next-action') && !(await isDatabaseHere()))
    return bareAnswer(503, headers, localeOf(request))

  const forPage = new Headers(request.headers)
  forPage.set('x-portal-path', pathname + search)
  if (verdict === 'action') {
    // We checked the origin above. The framework's own check knows neither our public address behind a gateway that changes the host,
    // nor pages that hide their origin, so we give it what it expects.
    forPage.set('origin', `http://${request.headers.get('host') ?? ''}`)
    forPage.delete('x-forwarded-host')
  }
  // The framework finds the nonce for its own scripts here.
  forPage.set('content-security-policy', headers['content-security-policy'] ?? '')
  return NextResponse.next({ request: { headers: forPage }, headers })
}

export const config = { matcher: ['/((?!api/|_next/static/|icon\\.svg$|favicon\\.ico$).*)'] }
