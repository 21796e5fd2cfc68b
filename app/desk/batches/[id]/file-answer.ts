import { getDeps } from '#app/_server/deps.ts'
import { localeHere } from '#app/_server/locale.ts'
import { failedFile, refusedFile } from '#app/_server/plain-answer.ts'
import { guardHeaders } from '#app/_server/problem.ts'
import { currentActor } from '#app/_server/session.ts'
import { streamOf } from '#app/_server/stream-of.ts'
import { csvHead, csvLines, startXlsx } from '#lib/contract/spreadsheet.ts'
import type { Cell } from '#lib/contract/spreadsheet.ts'
import type { openOutcome } from '#lib/services/batch/batch-files.ts'

type Rows = { heads: string[]; pages: AsyncIterable<Cell[][]> }

/** The handler that answers with what `open` makes of the batch, under the address `/desk/batches/[id]/{name}`. */
export function batchFile(open: typeof openOutcome, name: 'errors' | 'outcome') {
  return async (request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> => {
    try {
      const actor = await currentActor()
      if (actor.kind === 'stranger') return refusedFile(request, 'unauthorized')
      const { id } = await params
      const file = await open(await getDeps(), actor, { id, locale: await localeHere() })
      if (!file.ok) return refusedFile(request, file.code)
      const format = new URL(request.url).searchParams.get('format') === 'xlsx' ? 'xlsx' : 'csv'
      return await fileAnswer(file, format, `batch-${name}-${file.batch.madeAt.toISOString().slice(0, 10)}`)
    } catch (error) {
      return failedFile(request, error, `/desk/batches/[id]/${name}`)
    }
  }
}

/** A download of these rows. CSV leaves while it is read; an XLSX of ten thousand rows is some hundred kilobytes and made first. */
export async function fileAnswer(
  { heads, pages }: Rows,
  format: 'csv' | 'xlsx',
  name: string,
): Promise<Response> {
  if (format === 'xlsx') {
    const sheet = startXlsx(heads)
    for await (const page of pages) await sheet.add(page)
    return answer(
      new Uint8Array(await sheet.end()),
      `${name}.xlsx`,
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    )
  }
  const rest = pages[Symbol.asyncIterator]()
  // So that a database that is away gives a 503 and not half a file.
  const first = await rest.next()
  async function* lines() {
    yield Buffer.from(csvHead(heads))
    for (let page = first; !page.done; page = await rest.next()) yield Buffer.from(csvLines(page.value))
  }
  return answer(streamOf(lines()), `${name}.csv`, 'text/csv; charset=utf-8')
}

const answer = (body: BodyInit, name: string, type: string) =>
  new Response(body, {
    headers: {
      'Content-Type': type,
      'Content-Disposition': `attachment; filename="${name}"`,
      ...guardHeaders,
    },
  })
