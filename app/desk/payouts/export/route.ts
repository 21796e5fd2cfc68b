import { judgeError } from '#app/_server/away.ts'
import { isStorable } from '#lib/payouts/storable.ts'
import { getDeps } from '#app/_server/deps.ts'
import { readStatuses } from '#app/_server/list-query.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { plainText, refusedFile } from '#app/_server/plain-answer.ts'
import { guardHeaders } from '#app/_server/problem.ts'
import { currentActor } from '#app/_server/session.ts'
import { exportDeskPayouts } from '#lib/services/payout/list-payouts.ts'
import type { Deps, Payout } from '#lib/services/ports.ts'
import { csvHead, csvRows } from './payout-csv.ts'
import type { Names } from './payout-csv.ts'

/** The desk's filtered list as a CSV file, sent page by page while it is read. */
export async function GET(request: Request): Promise<Response> {
  try {
    const actor = await currentActor()
    if (actor.kind === 'stranger') return refusedFile(request, 'unauthorized')
    const query = new URL(request.url).searchParams
    const filter = readStatuses(query)
    const search = query.get('search') ?? ''
    if (!filter.ok || !isStorable(search)) return refusedFile(request, 'invalid_request')
    const deps = await getDeps()
    const result = await exportDeskPayouts(deps, actor, { statuses: filter.statuses, search })
    if (!result.ok) return refusedFile(request, result.code)
    return await csvFile(result.pages, await namesOf(deps))
  } catch (error) {
    const verdict = await judgeError(error, '/desk/payouts/export')
    if (verdict === 'unavailable') return refusedFile(request, 'unavailable')
    return plainText(500, 'Something went wrong on our side. It was recorded.')
  }
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS')

/** Reads the first page before it answers, so that a database that is away gives a 503 and not half a file. */
async function csvFile(pages: AsyncIterable<Payout[]>, names: Names): Promise<Response> {
  const rest = pages[Symbol.asyncIterator]()
  const first = await rest.next()
  async function* text() {
    yield csvHead()
    // An error in here breaks the connection, so the browser reports a failed download and nobody takes a part for the whole.
    for (let page = first; !page.done; page = await rest.next()) yield csvRows(page.value, names)
  }
  const today = new Date().toISOString().slice(0, 10)
  return new Response(streamOf(text()), {
    headers: {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="payouts-${today}.csv"`,
      ...guardHeaders,
    },
  })
}

/** The reader pulls each part, so that a slow download holds one page and not the whole list. */
function streamOf(parts: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    async pull(controller) {
      const part = await parts.next()
      if (part.done) controller.close()
      else controller.enqueue(encoder.encode(part.value))
    },
    async cancel() {
      await parts.return(undefined)
    },
  })
}

async function namesOf({ people, keys }: Deps): Promise<Names> {
  const [users, apiKeys] = await Promise.all([people.listUsers(), keys.list()])
  return new Map([
    ...users.map(({ id, name }) => [id, name] as const),
    ...apiKeys.map(({ id, name }) => [id, `API key ${name}`] as const),
  ])
}
