/** Whose turn it is in every status, and how it looks. Its words are in the catalogue (lib/words/en/status.ts, pay.ts). */
import type { PayoutStatus } from './transitions.ts'

export type Tone = 'neutral' | 'waiting' | 'attention' | 'good' | 'bad'

type Words = {
  /** Whose turn it is. */
  turn: 'you' | 'finance' | 'cardzo' | 'nobody'
  tone: Tone
}

export const statusWords = {
  requested: { turn: 'cardzo', tone: 'waiting' },
  checking: { turn: 'cardzo', tone: 'waiting' },
  awaiting_approval: { turn: 'finance', tone: 'waiting' },
  approved: { turn: 'cardzo', tone: 'waiting' },
  paying: { turn: 'cardzo', tone: 'waiting' },
  action_required: { turn: 'you', tone: 'attention' },
  processing: { turn: 'cardzo', tone: 'waiting' },
  outcome_unknown: { turn: 'cardzo', tone: 'attention' },
  paid: { turn: 'nobody', tone: 'good' },
  declined: { turn: 'nobody', tone: 'bad' },
  filtered: { turn: 'nobody', tone: 'bad' },
  failed: { turn: 'nobody', tone: 'bad' },
  rejected: { turn: 'nobody', tone: 'bad' },
  cancelled: { turn: 'nobody', tone: 'neutral' },
  expired: { turn: 'nobody', tone: 'neutral' },
} as const satisfies Record<PayoutStatus, Words>
