import { judgeError } from '#app/_server/away.ts'
import { getDeps } from '#app/_server/deps.ts'
import { eventStream, streamHeaders } from '#app/_server/event-stream.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { problem } from '#app/_server/problem.ts'
import { sessionHere } from '#app/_server/session-here.ts'
import { may } from '#lib/payouts/permissions.ts'
import { findSession } from '#lib/services/sign-in/find-session.ts'

/** Tells an open page of the desk to look again: any, or with `?payout=` the page of one payout. Ends with the session. */
export async function GET(request: Request): Promise<Response> {
  try {
    const deps = await getDeps()
    const token = await sessionHere()
    const reader = async () => (await findSession(deps, token))?.actor ?? null
    const actor = await reader()
    if (actor === null) return problem('unauthorized')
    if (!may(actor, 'payout.see_all')) return problem('forbidden')
    const id = new URL(request.url).searchParams.get('payout')
    if (id !== null && !/^[0-9a-f-]{36}$/.test(id)) return problem('not_found')
    if (request.method === 'HEAD') return new Response(null, { headers: streamHeaders })
    const still = async () => {
      const now = await reader()
      return now !== null && may(now, 'payout.see_all')
    }
    return await eventStream(request, id === null ? { desk: true } : { deskOf: id }, {
      still,
      eachBeat: true,
    })
  } catch (error) {
    return problem(await judgeError(error, '/api/desk/events'))
  }
}

export const HEAD = GET

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS')
