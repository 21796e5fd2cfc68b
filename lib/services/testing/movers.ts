/** For tests that move a payout past the verbs: an actor of a kind that may make the move. */
import { movers } from '#lib/payouts/transitions.ts'
import type { PayoutMove } from '#lib/payouts/transitions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'

const id = '00000000-0000-4000-8000-00000000000b'
const approver: Actor = { kind: 'user', id, role: 'approver', name: 'Ana', receiverId: null }
const actors = {
  worker: { kind: 'worker', id: 'w' },
  approver,
  two_approvers: approver,
  requester: { kind: 'operator', name: 'test' },
} as const satisfies Record<(typeof movers)[PayoutMove], Actor>

export const moverOf = (move: PayoutMove): Actor => actors[movers[move]]
