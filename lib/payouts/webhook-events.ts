/** What other systems and the staff's chat can be told of. Pure. */
import type { MailRhythm } from './mail-rhythm.ts'
import { payoutStatuses } from './transitions.ts'

/** Each status has an event, so that its name is the one that the API uses. */
export const payoutEventTypes = payoutStatuses.map((status) => `payout.${status}` as const)

export const otherEventTypes = [
  'payout.changed_after_end',
  'grant.created',
  'grant.reversed',
  'item.opened',
  'item.closed',
  'item.escalated',
] as const

export const webhookEventTypes = [...payoutEventTypes, ...otherEventTypes] as const
export type WebhookEventType = (typeof webhookEventTypes)[number]

/** Sent when somebody tries a target; nobody chooses it, and the API doesn't list it. */
export const testEventType = 'webhook.test'

export type TargetKind = 'signed' | 'chat'

/** How a chat is written to: when, and in which language (lib/words/locales.ts). */
export type ChatManner = MailRhythm & { locale: 'en' | 'ru' }

/** Of a payout alone, so that a person's own target may get them. */
export const isOfPayout = (type: WebhookEventType): boolean => type.startsWith('payout.')

const minuteMs = 60_000
const hourMs = 60 * minuteMs

/** Pauses before the second attempt, the third, and so on: more than three days in all. */
export const pausesMs = [
  5_000,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  14 * hourMs,
  20 * hourMs,
  24 * hourMs,
] as const

/** Nothing has arrived for this long: the target is switched off. */
export const switchedOffAfterMs = 5 * 24 * hourMs

/**
 * The pause after this many tries, a fifth longer or shorter by `chance` (0 to 1), so that what failed together doesn't come together
 * again; not before the receiver wants it. Null: no more.
 */
export function pauseAfter(tries: number, chance: number, retryAfterMs = 0): number | null {
  const pause = pausesMs[tries - 1]
  if (pause === undefined) return null
  const wanted = Math.min(retryAfterMs, 24 * hourMs)
  return Math.max(Math.round(pause * (0.8 + 0.4 * chance)), wanted)
}
