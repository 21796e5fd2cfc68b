import { otherMethods } from '#app/_server/methods.ts'
import { problem } from '#app/_server/problem.ts'
import { accentCss, readAccentAddress } from '#lib/payouts/accent.ts'

/** The merchant's accent colours as a style sheet, which the content security policy takes from us alone. Asks no database. */
export async function GET(
  _request: Request,
  { params }: { params: Promise<{ colours: string }> },
): Promise<Response> {
  const colours = readAccentAddress((await params).colours)
  if (!colours) return problem('not_found')
  return new Response(accentCss(colours), {
    headers: {
      'Content-Type': 'text/css; charset=utf-8',
      'Cache-Control': 'public, max-age=31536000, immutable',
      'X-Content-Type-Options': 'nosniff',
    },
  })
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS')
