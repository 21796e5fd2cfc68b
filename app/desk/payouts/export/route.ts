import { getDeps } from '#app/_server/deps.ts'
import { readStatuses } from '#app/_server/list-query.ts'
import { localeHere, zoneHere } from '#app/_server/locale.ts'
import { otherMethodsOfFile } from '#app/_server/methods.ts'
import { failedFile, refusedFile } from '#app/_server/plain-answer.ts'
import { guardHeaders } from '#app/_server/problem.ts'
import { currentActor } from '#app/_server/session.ts'
import { openReads } from '#app/_server/standby/reads.ts'
import { streamOf } from '#app/_server/stream-of.ts'
import { csvHead, csvLines, startXlsx } from '#lib/contract/spreadsheet.ts'
import { isStorable } from '#lib/payouts/storable.ts'
import { exportDeskPayouts } from '#lib/services/standby/list-desk-payouts.ts'
import { fileOf, namesFor } from '#lib/services/payout/payout-file.ts'
import type { Payout } from '#lib/services/ports.ts'
import { deskFilterOf, filterOfQuery, writeFilter } from '../filter.ts'

/** The rows of the desk's list as a file, sent page by page while it is read. A long one is made by a worker instead. */
export async function GET(request: Request): Promise<Response> {
  try {
    const actor = await currentActor()
    if (actor.kind === 'stranger') return refusedFile(request, 'unauthorized')
    const query = new URL(request.url).searchParams
    if (!readStatuses(query).ok || !isStorable([...query.values()].join('')))
      return refusedFile(request, 'invalid_request')
    const format = query.get('format') === 'xlsx' ? 'xlsx' : 'csv'
    const [deps, locale, zone] = [await getDeps(), await localeHere(), await zoneHere()]
    const filter = filterOfQuery(query)
    const { columns } = filter
    const asked = deskFilterOf(filter, new Date(), zone ?? 'UTC')
    const result = await exportDeskPayouts(deps, actor, { ...asked, columns, format }, await openReads())
    if (!result.ok) return refusedFile(request, result.code)
    if (result.long) {
      const address = writeFilter(filter)
      address.set('format', format)
      return new Response(null, {
        status: 303,
        headers: { Location: `/desk/payouts/files?${address.toString()}` },
      })
    }
    const file = fileOf(columns, await namesFor(deps), locale)
    const asOf = result.asOf ?? new Date()
    return await (format === 'csv' ? csvFile : xlsxFile)(result.pages, file, asOf)
  } catch (error) {
    return failedFile(request, error, '/desk/payouts/export')
  }
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethodsOfFile('GET, HEAD, OPTIONS')

type File = ReturnType<typeof fileOf>

/** Reads the first page before it answers, so that a database that is away gives a 503 and not half a file. */
async function csvFile(pages: AsyncIterable<Payout[]>, { heads, row }: File, asOf: Date): Promise<Response> {
  const rest = pages[Symbol.asyncIterator]()
  const first = await rest.next()
  async function* lines() {
    yield Buffer.from(csvHead(heads))
    // An error in here breaks the connection, so the browser reports a failed download and nobody takes a part for the whole.
    for (let page = first; !page.done; page = await rest.next())
      yield Buffer.from(csvLines(page.value.map(row)))
  }
  return fileResponse(streamOf(lines()), asOf, 'csv', 'text/csv; charset=utf-8')
}

/** Five thousand rows are some hundred kilobytes, so the whole file is made first. */
async function xlsxFile(pages: AsyncIterable<Payout[]>, { heads, row }: File, asOf: Date): Promise<Response> {
  const sheet = startXlsx(heads)
  for await (const page of pages) await sheet.add(page.map(row))
  return fileResponse(
    new Uint8Array(await sheet.end()),
    asOf,
    'xlsx',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  )
}

/** `asOf`: what was committed by then is in the file. */
const fileResponse = (body: BodyInit, asOf: Date, ending: string, type: string) =>
  new Response(body, {
    headers: {
      'Last-Modified': asOf.toUTCString(),
      'Content-Type': type,
      'Content-Disposition': `attachment; filename="payouts-${new Date().toISOString().slice(0, 10)}.${ending}"`,
      ...guardHeaders,
    },
  })
