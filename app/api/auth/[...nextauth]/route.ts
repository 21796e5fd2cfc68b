import NextAuth from 'next-auth'
import type { NextRequest } from 'next/server'
import { sessionOptions } from '#app/_server/session-options.ts'

type Context = { params: Promise<{ nextauth: string[] }> }
type Handler = (request: NextRequest, context: Context, options: unknown) => Promise<Response>

// Bundlers disagree on what the default import of a CommonJS package is.
const handler = ((NextAuth as unknown as { default?: unknown }).default ?? NextAuth) as Handler

const handle = async (request: NextRequest, context: Context) =>
  handler(request, context, await sessionOptions())

export { handle as GET, handle as POST }
