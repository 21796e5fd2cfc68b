import { judgeError } from '#app/_server/away.ts'
import { getDeps } from '#app/_server/deps.ts'
import { eventStream, streamHeaders } from '#app/_server/event-stream.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { problem, refusalProblem } from '#app/_server/problem.ts'
import { watchLink } from '#lib/services/payout/watch-link.ts'

type Context = { params: Promise<{ token: string }> }

/** Tells an open status page to ask again. Anybody with the link may listen; when nothing can change any more, there is nothing to hear. */
export async function GET(request: Request, context: Context): Promise<Response> {
  try {
    const { token } = await context.params
    const deps = await getDeps()
    const found = await watchLink(deps, token)
    if (!found.ok) return refusalProblem(found)
    if (found.final) return new Response(null, { status: 204, headers: { ...shy, ...uncached } })
    if (request.method === 'HEAD') return new Response(null, { headers: { ...streamHeaders, ...shy } })
    const still = async () => (await watchLink(deps, token)).ok
    return await eventStream(request, { receiverOf: found.payoutId }, { still, eachBeat: false }, shy)
  } catch (error) {
    return problem(await judgeError(error, '/api/pay/[token]/events'))
  }
}

export const HEAD = GET

/** Because the address contains the link's token. */
const shy = { 'Referrer-Policy': 'no-referrer', 'X-Robots-Tag': 'noindex' }
const uncached = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' }

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS')
