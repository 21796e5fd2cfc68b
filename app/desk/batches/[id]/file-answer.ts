import { streamOf } from '#app/_server/stream-of.ts'
import { guardHeaders } from '#app/_server/problem.ts'
import { csvHead, csvLines, startXlsx } from '#lib/contract/spreadsheet.ts'
import type { Cell } from '#lib/contract/spreadsheet.ts'

type Rows = { heads: string[]; pages: AsyncIterable<Cell[][]> }

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
