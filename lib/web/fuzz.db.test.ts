/**
 * The API fuzzed from its own description: no answer that it does not name, none that takes long, no 5xx, and nothing stored of what is
 * wrong. `npm run fuzz -- --seed N --count N` runs more of it.
 */
import { randomUUID } from 'node:crypto'
import { Agent } from 'node:http'
import { connect } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { apiShapes } from '#app/_server/openapi/shapes.ts'
import { moverOf } from '#lib/services/testing/movers.ts'
import { createApiWorld } from './testing/api-world.ts'
import type { ApiWorld } from './testing/api-world.ts'
import { complaint, described, operations, send } from './testing/fuzz-api.ts'
import { sequences, take } from './testing/fuzz-sequences.ts'
import type { Ask } from './testing/fuzz-sequences.ts'
import { attempts } from './testing/fuzz-inputs.ts'
import type { Attempt, Known } from './testing/fuzz-inputs.ts'

const doors = vi.hoisted(() => ({ getDeps: vi.fn(), error: vi.fn() }))
vi.mock('#app/_server/deps.ts', () => ({ getDeps: doors.getDeps }))
vi.mock('#lib/runtime/deps.ts', () => import('#lib/db/engine/away.ts'))

const seed = Number(process.env['FUZZ_SEED'] ?? 1)
/** A few seconds' worth. */
const count = Number(process.env['FUZZ_COUNT'] ?? 700)
const atOnce = 8

let world: ApiWorld
let known: Known
const agent = new Agent({ keepAlive: true, maxSockets: atOnce })
beforeAll(async () => {
  world = await createApiWorld({ requiredFields: ['account_number', 'bank_name', 'first_name'] })
  const { portal } = world
  doors.getDeps.mockResolvedValue({ ...portal.deps, log: { ...portal.deps.log, error: doors.error } })
  const externalId = 'cust-42'
  const account = { account_number: 'DE89370400440532013000', bank_name: 'Example Bank' }
  const open = await portal.ask({ destination: account })
  const declined = await portal.ask({ destination: account })
  await portal.deps.payouts.advance(await portal.payout(declined), { move: 'decline' }, moverOf('decline'), {
    kind: 'status_answered',
  })
  const key = await world.makeKey()
  const post = async (path: string, method: string, body: unknown) => {
    const answer = await fetch(world.served.url + path, {
      method,
      headers: {
        Authorization: `Bearer ${key}`,
        'Content-Type': 'application/json',
        'Idempotency-Key': randomUUID(),
      },
      body: JSON.stringify(body),
    })
    expect(answer.status).toBeLessThan(300)
    return (await answer.json()) as { id: string }
  }
  const grant = await post('/api/v1/grants', 'POST', apiShapes.GrantRequest.example)
  const destination = await post(`/api/v1/receivers/${externalId}/destinations`, 'POST', {
    destination: account,
  })
  const batch = await post('/api/v1/batches', 'POST', {
    rows: [{ key: randomUUID(), ...apiShapes.PayoutRequest.example }],
  })
  known = {
    key,
    weakKey: await world.makeKey(['balances:read']),
    ids: { id: [open, declined, grant.id, destination.id, batch.id], externalId: [externalId] },
  }
})
afterAll(async () => {
  agent.destroy()
  await world.close()
})

/** Every table with all it holds, but for when a key was last used. */
async function everything(): Promise<Record<string, string>> {
  const { prisma } = world.portal
  const tables = await prisma.$queryRaw<{ name: string }[]>`
    SELECT relname::text AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1`
  const held: Record<string, string> = {}
  for (const { name } of tables) {
    const [row] = await prisma.$queryRawUnsafe<{ held: string }[]>(
      `SELECT count(*) || ' rows ' || coalesce(md5(string_agg(row, '' ORDER BY row)), '') AS held
       FROM (SELECT (to_jsonb(t) - 'last_used_at')::text AS row FROM "${name}" t) AS rows`,
    )
    held[name] = row?.held ?? ''
  }
  return held
}

/** A key notes in the background that it was used. */
const noted = ['api_key']

async function run(
  list: readonly Attempt[],
): Promise<{ statuses: Map<number, number>; slowestMs: number; wrong: string[] }> {
  const statuses = new Map<number, number>()
  const wrong: string[] = []
  let slowestMs = 0
  const left = list.entries()
  const one = async () => {
    for (const [n, attempt] of left) {
      const said = await send(agent, world.served.url, attempt).catch((error: unknown) => String(error))
      const told = typeof said === 'string' ? said : complaint(attempt, said)
      if (typeof said !== 'string') {
        statuses.set(said.status, (statuses.get(said.status) ?? 0) + 1)
        slowestMs = Math.max(slowestMs, said.ms)
      }
      if (told !== undefined && wrong.length < 20)
        wrong.push(
          `#${n} ${attempt.operationId} (${attempt.how.join(', ')}): ${told}\n  ${attempt.method} ${attempt.target.slice(0, 300)}\n  ${JSON.stringify(attempt.headers).slice(0, 200)}\n  ${String(attempt.body ?? '').slice(0, 500)}\n  ${typeof said === 'string' ? said : said.text.slice(0, 400)}`,
        )
    }
  }
  await Promise.all(Array.from({ length: atOnce }, one))
  return { statuses, slowestMs, wrong }
}

it(
  'refuses or survives whatever it is sent, and stores nothing that is wrong',
  async () => {
    const made = fc.sample(attempts(operations, known), { seed, numRuns: count })
    // First everything that must leave no trace, then what may be right.
    const traceless = made.filter(({ kind }) => kind !== 'odd')
    const before = await everything()
    const first = await run(traceless)
    const after = await everything()
    const second = await run(made.filter(({ kind }) => kind === 'odd'))
    const statuses = new Map(first.statuses)
    for (const [status, times] of second.statuses) statuses.set(status, (statuses.get(status) ?? 0) + times)
    console.log(
      `fuzz: seed ${seed}, ${made.length} inputs to ${operations.length} operations, ${traceless.length} of them without a trace; answers ${[
        ...statuses,
      ]
        .sort(([a], [b]) => a - b)
        .map(([status, times]) => `${status}: ${times}`)
        .join(', ')}; slowest ${Math.round(Math.max(first.slowestMs, second.slowestMs))} ms`,
    )
    expect([...first.wrong, ...second.wrong].join('\n\n'), `seed ${seed}`).toBe('')
    for (const name of noted) before[name] = after[name] ?? ''
    expect(after).toEqual(before)
    // What was taken did leave a trace, so this looks at the right place.
    if (second.statuses.has(201)) expect(await everything()).not.toEqual(after)
    expect(world.served.thrown).toEqual([])
    expect(doors.error).not.toHaveBeenCalled()
    const reached = new Set(made.map(({ operationId }) => operationId))
    expect([...described.keys()].filter((id) => !reached.has(id))).toEqual([])
  },
  Math.max(60_000, count * 60),
)

it(
  'keeps to what it said before, whatever comes after one another',
  async () => {
    const made = fc.sample(sequences, { seed, numRuns: Math.ceil(count / 25) })
    let calls = 0
    const ask: Ask = async (operationId, { method, target, body, key }) => {
      calls++
      const attempt: Attempt = {
        ...{ kind: 'odd', operationId, method, target, how: ['in a sequence'] },
        headers: {
          Authorization: `Bearer ${known.key}`,
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
          ...(key !== undefined && { 'Idempotency-Key': key }),
        },
        body: body === undefined ? undefined : Buffer.from(JSON.stringify(body)),
      }
      const answer = await send(agent, world.served.url, attempt)
      const told = complaint(attempt, answer)
      if (told !== undefined) throw new Error(`${operationId}: ${told}; ${answer.text.slice(0, 300)}`)
      return {
        status: answer.status,
        body: JSON.parse(answer.text) as Record<string, unknown>,
        replayed: answer.headers['idempotent-replayed'] === 'true',
      }
    }
    const wrong: string[] = []
    const left = made.values()
    const one = async () => {
      for (const list of left)
        await take(ask, list).catch((error: unknown) =>
          wrong.push(error instanceof Error ? error.message : ''),
        )
    }
    await Promise.all(Array.from({ length: atOnce }, one))
    console.log(`fuzz: seed ${seed}, ${made.length} sequences of ${calls} calls in all`)
    expect(wrong.slice(0, 10).join('\n\n'), `seed ${seed}`).toBe('')
    expect(world.served.thrown).toEqual([])
    expect(doors.error).not.toHaveBeenCalled()
  },
  Math.max(60_000, count * 60),
)

/** Sends bytes as they are, and reads until the other side is done. `hangsUp`: nothing more will come from us. */
function sendRaw(bytes: string, hangsUp = false): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(world.served.url).port), '127.0.0.1')
    let heard = ''
    socket.setTimeout(10_000, () => socket.destroy(new Error('nothing for ten seconds')))
    socket.on('data', (chunk) => (heard += chunk.toString('latin1')))
    socket.on('error', reject)
    socket.on('close', () => resolve(heard))
    if (hangsUp) socket.end(Buffer.from(bytes, 'latin1'))
    else socket.write(Buffer.from(bytes, 'latin1'))
  })
}

it('refuses what is no proper HTTP, and takes nothing from it', async () => {
  const body = JSON.stringify(apiShapes.PayoutRequest.example)
  const key = randomUUID()
  const usual = [
    'Host: x',
    'Connection: close',
    `Authorization: Bearer ${known.key}`,
    `Idempotency-Key: ${key}`,
  ]
  const ask = (headers: readonly string[], text = body, line = 'POST /api/v1/payouts HTTP/1.1') =>
    `${[line, ...usual, 'Content-Type: application/json', ...headers].join('\r\n')}\r\n\r\n${text}`
  const length = `Content-Length: ${body.length}`
  const bad: Record<string, string> = {
    'NUL in a header': ask([length, 'X-Odd: a\0b']),
    'a header without a colon': ask([length, 'X-Odd']),
    'a blank before the colon': ask([`Content-Length : ${body.length}`]),
    'two lengths': ask([length, 'Content-Length: 1']),
    'a length and chunks': ask([length, 'Transfer-Encoding: chunked']),
    'a length that is no number': ask(['Content-Length: 0x10']),
    'a body that breaks off': ask([`Content-Length: ${body.length + 10}`]),
    'a chunk of no size': ask(['Transfer-Encoding: chunked'], `zz\r\n${body}\r\n0\r\n\r\n`),
    'chunks that break off': ask(['Transfer-Encoding: chunked'], `ffff\r\n${body}`),
    'headers that are too long': ask([length, `X-Odd: ${'a'.repeat(20_000)}`]),
    'another media type, and JSON after it': ask([length]).replace(
      'Content-Type:',
      'Content-Type: text/plain\r\nContent-Type:',
    ),
    'another key before ours': ask([length]).replace(
      'Authorization:',
      'Authorization: Bearer x\r\nAuthorization:',
    ),
    'no method that exists': ask([length], body, 'PAY /api/v1/payouts HTTP/1.1'),
    'an address with a blank': ask([length], body, 'POST /api/v1/ payouts HTTP/1.1'),
  }
  const before = await everything()
  for (const [what, bytes] of Object.entries(bad)) {
    const hangsUp = / off$/.test(what)
    const heard = await sendRaw(bytes, hangsUp)
    expect(
      (hangsUp && heard === '') || /^HTTP\/1\.1 4\d\d /.test(heard),
      `${what}: ${heard.slice(0, 100)}`,
    ).toBe(true)
  }
  const after = await everything()
  for (const name of noted) before[name] = after[name] ?? ''
  expect(after).toEqual(before)
  // Otherwise it is right.
  expect(await sendRaw(ask([length]))).toMatch(/^HTTP\/1\.1 201 /)
  expect(world.served.thrown).toEqual([])
})
