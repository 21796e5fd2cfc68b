import { getDeps } from '#app/_server/deps.ts'
import { otherMethodsOfFile } from '#app/_server/methods.ts'
import { failedFile, refusedFile } from '#app/_server/plain-answer.ts'
import { guardHeaders } from '#app/_server/problem.ts'
import { currentActor } from '#app/_server/session.ts'
import { takeEvidence } from '#lib/services/payout/take-evidence.ts'

/** The evidence pack of one payout, as a file. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  try {
    const actor = await currentActor()
    if (actor.kind === 'stranger') return refusedFile(request, 'unauthorized')
    const result = await takeEvidence(await getDeps(), actor, { id: (await params).id })
    if (!result.ok) return refusedFile(request, result.code)
    return new Response(result.text, {
      headers: {
        'Content-Type': 'application/json; charset=utf-8',
        'Content-Disposition': `attachment; filename="${result.name}"`,
        ...guardHeaders,
      },
    })
  } catch (error) {
    return failedFile(request, error, '/desk/payouts/[id]/evidence')
  }
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethodsOfFile('GET, HEAD, OPTIONS')
