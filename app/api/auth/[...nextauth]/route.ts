// The only next-auth route that is open: who is signed in. Signing in and out are our own server actions and need none of its
// tokens, so strangers get no cookie here.
import NextAuth from 'next-auth'
import type { NextRequest } from 'next/server'
import { otherMethods } from '#app/_server/methods.ts'
import { problem } from '#app/_server/problem.ts'
import { sessionOptions } from '#app/_server/session-options.ts'

type Context = { params: Promise<{ nextauth: string[] }> }
type Handler = (request: NextRequest, context: Context, options: unknown) => Promise<Response>

// Bundlers disagree about the default import of a CommonJS package.
const handler = ((NextAuth as unknown as { default?: unknown }).default ?? NextAuth) as Handler

export async function GET(request: NextRequest, context: Context): Promise<Response> {
  const { nextauth } = await context.params
  if (nextauth.join('/') !== 'session') return problem('not_found')
  const answer = await handler(request, context, await sessionOptions())
  const headers = new Headers(answer.headers)
  // The session's cookie is set only where the session begins (app/sign-in/enter.ts).
  headers.delete('set-cookie')
  headers.set('cache-control', 'private, no-store')
  return new Response(answer.body, { status: answer.status, headers })
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS')
