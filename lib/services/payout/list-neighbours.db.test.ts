import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Actor } from '#lib/payouts/permissions.ts'
import { createTestPortal } from '#lib/services/testing/portal.ts'
import { listNeighbours } from './list-neighbours.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
let clerk: Actor
/** Newest first, as in the list: a page and two more. */
let ids: string[]
const externalId = `cust-${randomUUID()}`
beforeAll(async () => {
  portal = await createTestPortal()
  clerk = { ...(await portal.approver()), role: 'clerk' } as Actor
  ids = []
  for (let made = 0; made < 52; made++)
    ids.unshift(await portal.ask({ receiver: { externalId, firstName: 'Ada' } }))
  await portal.ask()
})
afterAll(() => portal.close())

async function neighbours(id: string, cursor?: string) {
  const found = await listNeighbours(portal.deps, clerk, {
    id,
    search: externalId,
    ...(cursor && { cursor }),
  })
  if (!found.ok) throw new Error(found.code)
  return [found.previous, found.next]
}

it('leads through the filtered list in its order, and on to its next page', async () => {
  expect(await neighbours(ids[0]!)).toEqual([null, ids[1]])
  expect(await neighbours(ids[7]!)).toEqual([ids[6], ids[8]])
  expect(await neighbours(ids[49]!)).toEqual([ids[48], ids[50]])
  const cursor = String((await portal.payout(ids[49]!)).seq)
  expect(await neighbours(ids[50]!, cursor)).toEqual([null, ids[51]])
  expect(await neighbours(ids[51]!, cursor)).toEqual([ids[50], null])
})

it('leads nowhere from a payout that is not on that page, or with another’s cursor', async () => {
  expect(await neighbours(randomUUID())).toEqual([null, null])
  expect(await neighbours(ids[51]!)).toEqual([null, null])
  expect(await neighbours(ids[0]!, 'x')).toEqual([null, null])
})
