import { getDeps } from '#app/_server/deps.ts'
import { otherMethodsOfFile } from '#app/_server/methods.ts'
import { failedFile, refusedFile } from '#app/_server/plain-answer.ts'
import { guardHeaders } from '#app/_server/problem.ts'
import { currentActor } from '#app/_server/session.ts'
import { streamOf } from '#app/_server/stream-of.ts'
import { openFile } from '#lib/services/payout/open-file.ts'

const types = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const

/** A file that was made in the background, piece by piece. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  try {
    const actor = await currentActor()
    if (actor.kind === 'stranger') return refusedFile(request, 'unauthorized')
    const result = await openFile(await getDeps(), actor, await params)
    if (!result.ok) return refusedFile(request, result.code)
    const { file, parts } = result
    const day = file.askedAt.toISOString().slice(0, 10)
    return new Response(streamOf(parts), {
      headers: {
        'Content-Type': types[file.format],
        'Content-Length': String(file.bytes),
        'Content-Disposition': `attachment; filename="payouts-${day}.${file.format}"`,
        ...guardHeaders,
      },
    })
  } catch (error) {
    return failedFile(request, error, '/desk/payouts/files')
  }
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethodsOfFile('GET, HEAD, OPTIONS')
