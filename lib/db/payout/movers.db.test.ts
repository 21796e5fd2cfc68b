import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mayMove } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { movers, next, payoutMoves, payoutStatuses } from '#lib/payouts/transitions.ts'
import { createTestPortal, system } from '#lib/services/testing/portal.ts'

const everyKind: Actor[] = [
  {
    kind: 'user',
    id: '00000000-0000-4000-8000-00000000000b',
    role: 'approver',
    name: 'Ana',
    receiverId: null,
  },
  system,
  { kind: 'operator', name: 'test' },
  { kind: 'worker', id: 'w' },
  { kind: 'cardzo' },
  { kind: 'stranger' },
]
const kindsOf = {
  worker: ['worker'],
  approver: ['user'],
  requester: ['user', 'api_key', 'operator'],
  two_approvers: ['user'],
} as const satisfies Record<(typeof movers)[keyof typeof movers], readonly Actor['kind'][]>

let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  portal = await createTestPortal()
})
afterAll(() => portal.close())

describe('a move', () => {
  it.each(payoutMoves)('%s is made by actors of its own kind alone', async (move) => {
    const from = payoutStatuses.find((status) => next(status, move) !== undefined)!
    // With another version: an allowed move is stale, and one that isn't allowed must still throw.
    const was = { ...(await portal.payout(await portal.ask())), status: from, version: 99 }
    const made: string[] = []
    for (const actor of everyKind) {
      const advanced = portal.deps.payouts.advance(was, { move }, actor, { kind: 'decided' })
      if (mayMove(actor, move)) {
        expect(await advanced).toBe('stale')
        made.push(actor.kind)
      } else await expect(advanced).rejects.toThrow(`Bug: ${actor.kind} cannot make the move ${move}`)
    }
    expect(made).toEqual(kindsOf[movers[move]])
    // Nothing of a refused move is kept.
    const events = await portal.deps.payouts.timeline(was.id)
    expect(events.map(({ actorKind }) => actorKind)).toEqual(['api_key', ...made])
  })
})
