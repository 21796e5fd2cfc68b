import { judgeError } from '#app/_server/away.ts'
import { getDeps } from '#app/_server/deps.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { problem } from '#app/_server/problem.ts'

/** The merchant's logo. Its address is the hash of its bytes, so a browser keeps it for good. */
export async function GET(
  _request: Request,
  { params }: { params: Promise<{ hash: string }> },
): Promise<Response> {
  try {
    const [{ hash }, deps] = [await params, await getDeps()]
    const logo = /^[0-9a-f]{64}$/.test(hash) ? await deps.brand.logo(hash) : null
    if (!logo) return problem('not_found')
    return new Response(logo.bytes, {
      headers: {
        'Content-Type': logo.type,
        'Cache-Control': 'public, max-age=31536000, immutable',
        'Content-Length': String(logo.bytes.length),
        'X-Content-Type-Options': 'nosniff',
      },
    })
  } catch (error) {
    return problem(await judgeError(error, '/api/brand/logo/[hash]'))
  }
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS')
