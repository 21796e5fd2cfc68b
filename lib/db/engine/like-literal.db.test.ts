/** A search finds exactly what was typed: no character is a wildcard. */
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestPortal } from '#lib/services/testing/portal.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
const run = randomUUID().slice(0, 8)
// Texts with wildcard characters, each beside one that only a wildcard would find.
const names = [
  'a%b',
  'a_b',
  'a\\b',
  'axb',
  'a%%b',
  '50%',
  '50_',
  '500',
  '\\%',
  '\\_',
  '%',
  '_',
  '\\',
  'A.B',
  "a'b",
]
const externalIdOf = (name: string) => `${run} ${name} end`

beforeAll(async () => {
  portal = await createTestPortal()
  for (const [index, name] of names.entries()) {
    const receiver = {
      externalId: externalIdOf(name),
      firstName: `first ${name}`,
      email: `x${index}@example.com`,
    }
    await portal.ask({ receiver })
    await portal.deps.ledger.grant(
      {
        id: randomUUID(),
        receiver,
        currency: 'EUR',
        amountMinor: 100n,
        reference: randomUUID(),
        idempotencyKey: null,
        source: 'operator',
      },
      { kind: 'operator', name: 'test' },
    )
  }
})
afterAll(() => portal.close())

async function found(search: string) {
  const payouts = await portal.deps.payouts.list({ search }, { limit: 100 })
  const sums = await portal.deps.payouts.sums({ search })
  expect(sums?.reduce((all, { count }) => all + count, 0)).toBe(payouts.rows.length)
  const balances = await portal.deps.ledger.searchBalances(search, 100)
  return {
    payouts: payouts.rows.map(({ receiver }) => receiver.externalId).sort(),
    balances: balances.map(({ externalId }) => externalId).sort(),
  }
}
const holding = (part: string) =>
  names
    .map(externalIdOf)
    .filter((id) => id.toLowerCase().includes(part.toLowerCase()))
    .sort()

it('finds exactly the rows that contain it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('%', '_', '\\', 'a', 'b', '5', '0', 'x', '.', "'", '*', '?', '['), {
        minLength: 1,
        maxLength: 4,
      }),
      async (signs) => {
        const part = `${run} ${signs.join('')}`
        const ids = holding(part)
        expect(await found(part)).toEqual({ payouts: ids, balances: ids })
      },
    ),
    { numRuns: 60, examples: names.map((name) => [[name]]) },
  )
})

it('even in one word of several', async () => {
  const { rows } = await portal.deps.payouts.list({ search: 'first a_b' }, { limit: 100 })
  expect(rows.map(({ receiver }) => receiver.externalId)).toEqual([externalIdOf('a_b')])
})
