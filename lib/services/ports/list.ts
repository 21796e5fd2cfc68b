/** Views of the list of payouts that people keep, and files made of it. */
import type { Actor } from '#lib/payouts/permissions.ts'

export type DeskView = {
  id: string
  ownerId: string
  ownerName: string
  name: string
  /** The query of the list's address. */
  query: string
  shared: boolean
}

export type DeskViewStore = {
  /** Their own and the shared ones of others, by name; at most `limit`. */
  list: (userId: string, limit: number) => Promise<DeskView[]>
  find: (id: string) => Promise<DeskView | null>
  /** A new one, or the owner's under this name with another query. Sharing is audited. `too_many`: they have `most` already. */
  save: (view: DeskView, actor: Actor, most: number) => Promise<'saved' | 'too_many'>
  /** Taking a shared one away is audited. */
  remove: (view: DeskView, actor: Actor) => Promise<void>
}
