import { expect, it } from 'vitest'
import type { Sql } from '#lib/db/engine/sql.ts'
import { createGateStore } from './gate-store.ts'

/** The row of the gate in memory; another worker may have counted misses. */
function setUp(maxRequestsPerS: number) {
  const row = { nextMs: 0, misses: 0 }
  const statements = { places: 0, misses: 0, clears: 0 }
  const query = (text: string, [first]: readonly unknown[] = []): Promise<unknown[]> => {
    if (text.includes('"waitMs"')) {
      statements.places++
      const waitMs = row.nextMs
      row.nextMs += Number(first)
      return Promise.resolve([{ waitMs, misses: row.misses }])
    }
    if (text.includes('"wasSilent"')) {
      statements.clears++
      const answer = row.misses > 0 ? [{ wasSilent: row.misses >= 5 }] : []
      row.misses = 0
      return Promise.resolve(answer)
    }
    statements.misses++
    return Promise.resolve([{ misses: ++row.misses }])
  }
  const endpoint = { id: 1, maxRequestsPerS }
  return { row, statements, endpoint, gate: createGateStore({ sql: { query } as Sql }) }
}

it('takes places in blocks of a tenth of a second, and every request has a place of its own', async () => {
  const { gate, endpoint, statements } = setUp(1000)
  const waits = await Promise.all(Array.from({ length: 250 }, () => gate.turn(endpoint)))
  expect(waits).toEqual(Array.from({ length: 250 }, (_, place) => place))
  expect(statements.places).toBe(3)
})

it('takes one place at a time under a low ceiling', async () => {
  const { gate, endpoint, statements } = setUp(5)
  expect(await Promise.all([gate.turn(endpoint), gate.turn(endpoint)])).toEqual([0, 200])
  expect(statements.places).toBe(2)
})

it('writes an answer only after a miss, its own or another worker’s, and once for all that came together', async () => {
  const { gate, endpoint, row, statements } = setUp(1000)
  await gate.turn(endpoint)
  expect(await gate.answered(1)).toBe(false)
  expect(statements.clears).toBe(0)
  for (let n = 0; n < 4; n++) expect(await gate.missed(1, 0)).toBe(false)
  expect(await gate.missed(1, 0)).toBe(true)
  expect(await Promise.all([gate.answered(1), gate.answered(1)])).toEqual([true, false])
  expect(statements.clears).toBe(1)
  row.misses = 3
  await gate.answered(1)
  expect(statements.clears).toBe(1)
  await gate.turn(endpoint)
  await gate.answered(1)
  expect([statements.clears, row.misses]).toEqual([2, 0])
})

it('gives everybody who waits for a block the error of its statement, and the next ones another try', async () => {
  let fails = true
  const query = () =>
    fails ? Promise.reject(new Error('away')) : Promise.resolve([{ waitMs: 0, misses: 0 }])
  const gate = createGateStore({ sql: { query } as Sql })
  const endpoint = { id: 1, maxRequestsPerS: 1000 }
  const tried = await Promise.allSettled([gate.turn(endpoint), gate.turn(endpoint)])
  expect(tried.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  fails = false
  expect(await gate.turn(endpoint)).toBe(0)
})
