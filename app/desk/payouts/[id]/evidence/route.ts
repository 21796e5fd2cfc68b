import { judgeError } from '#app/_server/away.ts'
import { getDeps } from '#app/_server/deps.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { plainText } from '#app/_server/plain-answer.ts'
import { guardHeaders } from '#app/_server/problem.ts'
import { currentActor } from '#app/_server/session.ts'
import { refusalAnswers } from '#lib/payouts/refusals.ts'
import { takeEvidence } from '#lib/services/payout/take-evidence.ts'

/** The evidence pack of one payout, as a file. */
export async function GET(
  _request: Request,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  try {
    const actor = await currentActor()
    if (actor.kind === 'stranger') return refused('unauthorized')
    const result = await takeEvidence(await getDeps(), actor, { id: (await params).id })
    if (!result.ok) return refused(result.code)
    return new Response(result.text, {
      headers: {
        'Content-Type': 'application/json; charset=utf-8',
        'Content-Disposition': `attachment; filename="${result.name}"`,
        ...guardHeaders,
      },
    })
  } catch (error) {
    const verdict = await judgeError(error, '/desk/payouts/[id]/evidence')
    if (verdict === 'unavailable') return refused('unavailable')
    return plainText(500, 'Something went wrong on our side. It was recorded.')
  }
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS')

function refused(code: 'unauthorized' | 'forbidden' | 'not_found' | 'unavailable'): Response {
  const { http, text } = refusalAnswers[code]
  return plainText(http, text, code === 'unavailable' ? { 'Retry-After': '5' } : {})
}
