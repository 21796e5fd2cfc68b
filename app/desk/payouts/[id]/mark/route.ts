import { json } from '#app/_server/api.ts'
import { judgeError } from '#app/_server/away.ts'
import { getDeps } from '#app/_server/deps.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { problem, refusalProblem } from '#app/_server/problem.ts'
import { currentActor } from '#app/_server/session.ts'
import { watchPayout } from '#lib/services/payout/watch-payout.ts'

/** An open page polls this: is what the person decides on still the same? */
export async function GET(
  _request: Request,
  context: { params: Promise<{ id: string }> },
): Promise<Response> {
  try {
    const actor = await currentActor()
    if (actor.kind === 'stranger') return problem('unauthorized')
    const { id } = await context.params
    const result = await watchPayout(await getDeps(), actor, { id })
    return result.ok ? json({ mark: result.mark }) : refusalProblem(result)
  } catch (error) {
    return problem(await judgeError(error, '/desk/payouts/[id]/mark'))
  }
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS')
