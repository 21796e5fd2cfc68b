/** The same stores, whose acts on a payout are spans of its trace, in every process. Used only while traces are on. */
import type { Deps } from '#lib/services/ports.ts'
import type { Traces } from './traces.ts'

type Stores = Pick<Deps, 'payouts' | 'callbacks'>

export function tracedStores<T extends Stores>(stores: T, traces: Traces): T {
  const { payouts, callbacks } = stores
  return {
    ...stores,
    payouts: {
      ...payouts,
      async create(draft, actor, ...rest) {
        const created = await payouts.create(draft, actor, ...rest)
        if (created.kind === 'created') {
          const { id, status } = created.payout
          const facts = { 'payout.status': status, 'actor.kind': actor.kind }
          await traces.inSpan('payout asked for', { payoutId: id, facts }, () => Promise.resolve())
        }
        return created
      },
      advance(was, change, actor, ...rest) {
        const move = 'move' in change && typeof change.move === 'string' ? change.move : undefined
        const facts = {
          'payout.status': was.status,
          'actor.kind': actor.kind,
          ...(move !== undefined && { 'payout.move': move }),
        }
        const name = move === undefined ? 'payout noted' : `payout ${move}`
        return traces.inSpan(name, { payoutId: was.id, facts }, async (span) => {
          const now = await payouts.advance(was, change, actor, ...rest)
          if (now !== 'stale') {
            span?.set({ 'payout.status.new': now.status })
            const { id, createdAt, finalAt, status } = now
            if (was.finalAt === null && finalAt !== null) traces.lived({ id, createdAt, finalAt, status })
          }
          return now
        })
      },
      markReturned: (id, ...rest) =>
        traces.inSpan('receiver back from the bank', { payoutId: id }, () =>
          payouts.markReturned(id, ...rest),
        ),
    },
    callbacks: {
      ...callbacks,
      async take(...asked) {
        const answer = await callbacks.take(...asked)
        // What belongs to no payout has no trace.
        if (answer.payoutId !== undefined) {
          const facts = { 'callback.answer': answer.answer }
          const options = { kind: 'server' as const, payoutId: answer.payoutId, facts }
          await traces.inSpan('callback', options, () => Promise.resolve())
        }
        return answer
      },
    },
  }
}
