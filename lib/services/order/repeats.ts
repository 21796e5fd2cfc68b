/**
 * What was said about a payout: each thing is on the timeline once. When it is said again no row is written; it is counted here, in
 * the payout's progress, because events are chained and never change. An event names its key, so the page can show the count beside it.
 */
import { createHash } from 'node:crypto'
import type { ItemDraft, ItemKind, Progress, TimelineEvent } from '#lib/services/ports.ts'

/** More than an order has states. Beyond that, whatever was not heard for longest is forgotten, and would be news again. */
const thingsKept = 16

type Said = NonNullable<Progress['said']>

/** A short name for what was said. Leave out what differs each time: times, serial numbers, free text. */
export const saidKey = (...parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12)

export const wasSaid = ({ said }: Progress, key: string): boolean => said?.[key] !== undefined

/** Counts it. `items`: what it opened the first time. */
export function countSaid(
  progress: Progress,
  key: string,
  at: Date,
  items: readonly ItemDraft[] = [],
): Progress {
  const earlier = progress.said?.[key]
  const kinds = [...new Set([...(earlier?.items ?? []), ...items.map(({ kind }) => kind)])]
  const said: Said = {
    ...progress.said,
    [key]: {
      times: (earlier?.times ?? 0) + 1,
      at: at.toISOString(),
      ...(kinds.length > 0 && { items: kinds }),
    },
  }
  const latestFirst = Object.entries(said).sort(([, a], [, b]) => b.at.localeCompare(a.at))
  return { ...progress, said: Object.fromEntries(latestFirst.slice(0, thingsKept)) }
}

/** Forgets what had opened items of these kinds, so that it is news if it is said again. Null: there was nothing. */
export function takeBackSaid(progress: Progress, closes: readonly ItemKind[]): Progress | null {
  const entries = Object.entries(progress.said ?? {})
  const left = entries.filter(([, { items = [] }]) => !items.some((kind) => closes.includes(kind)))
  return left.length === entries.length ? null : { ...progress, said: Object.fromEntries(left) }
}

/** Marks the items with what was said, so that one closed by a person stays closed until something else is said. */
export const withSaid = (items: readonly ItemDraft[], key: string): ItemDraft[] =>
  items.map((item) => ({ ...item, said: key }))

/** How often and when last each thing was said, by the id of the latest event that tells it. */
export function repeatsOf(
  events: readonly Pick<TimelineEvent, 'id' | 'data'>[],
  said: Progress['said'],
): Map<bigint, { times: number; at: Date }> {
  const latest = new Map<string, bigint>()
  for (const { id, data } of events) if (typeof data['said'] === 'string') latest.set(data['said'], id)
  const repeats = new Map<bigint, { times: number; at: Date }>()
  for (const [key, { times, at }] of Object.entries(said ?? {})) {
    const id = latest.get(key)
    if (id !== undefined && times > 1) repeats.set(id, { times, at: new Date(at) })
  }
  return repeats
}
