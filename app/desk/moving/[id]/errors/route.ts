import { getDeps } from '#app/_server/deps.ts'
import { localeHere } from '#app/_server/locale.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { failedFile, refusedFile } from '#app/_server/plain-answer.ts'
import { currentActor } from '#app/_server/session.ts'
import { fileAnswer } from '#app/desk/batches/[id]/file-answer.ts'
import { openImportErrors } from '#lib/services/moving/show-imports.ts'

export async function GET(
  request: Request,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  try {
    const actor = await currentActor()
    if (actor.kind === 'stranger') return refusedFile(request, 'unauthorized')
    const { id } = await params
    const file = await openImportErrors(await getDeps(), actor, { id, locale: await localeHere() })
    if (!file.ok) return refusedFile(request, file.code)
    const day = file.imported.proposedAt.toISOString().slice(0, 10)
    return await fileAnswer(file, 'csv', `import-errors-${day}`)
  } catch (error) {
    return failedFile(request, error, '/desk/moving/[id]/errors')
  }
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS')
