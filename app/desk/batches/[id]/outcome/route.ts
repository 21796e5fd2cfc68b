import { getDeps } from '#app/_server/deps.ts'
import { localeHere } from '#app/_server/locale.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { failedFile, refusedFile } from '#app/_server/plain-answer.ts'
import { currentActor } from '#app/_server/session.ts'
import { openOutcome } from '#lib/services/batch/batch-files.ts'
import { fileAnswer } from '../file-answer.ts'

export async function GET(
  request: Request,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  try {
    const actor = await currentActor()
    if (actor.kind === 'stranger') return refusedFile(request, 'unauthorized')
    const { id } = await params
    const file = await openOutcome(await getDeps(), actor, { id, locale: await localeHere() })
    if (!file.ok) return refusedFile(request, file.code)
    const format = new URL(request.url).searchParams.get('format') === 'xlsx' ? 'xlsx' : 'csv'
    return await fileAnswer(file, format, `batch-outcome-${file.batch.madeAt.toISOString().slice(0, 10)}`)
  } catch (error) {
    return failedFile(request, error, '/desk/batches/[id]/outcome')
  }
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS')
