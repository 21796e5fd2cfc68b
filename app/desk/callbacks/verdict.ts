/** What became of a callback, in one word. Pure. */
import type { InboxCallback } from '#lib/services/ports.ts'

export type Verdict =
  | 'waits'
  | 'agrees'
  | 'disagrees'
  | 'claimsMoney'
  | 'operation'
  | 'otherOrder'
  | 'unmatched'

type Judged = Pick<InboxCallback, 'about' | 'payoutId' | 'comparedAt' | 'disagreed' | 'raised'>

export function verdictOf(callback: Judged): { verdict: Verdict; tone: 'good' | 'bad' | 'plain' } {
  const { about, payoutId, comparedAt, disagreed, raised } = callback
  if (payoutId === null) return { verdict: 'unmatched', tone: 'bad' }
  if (about === 'other_order') return { verdict: 'otherOrder', tone: 'bad' }
  if (about === 'operation') return { verdict: 'operation', tone: 'bad' }
  if (disagreed) return { verdict: 'disagrees', tone: 'bad' }
  if (raised) return { verdict: 'claimsMoney', tone: 'bad' }
  return comparedAt === null ? { verdict: 'waits', tone: 'plain' } : { verdict: 'agrees', tone: 'good' }
}
