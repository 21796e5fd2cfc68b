/** The same stores, which tell open pages of what changed once it is committed. What changes nothing that people see tells nothing. */
import type { Change, Deps, Payout } from '#lib/services/ports.ts'
import type { Announcer } from './announcer.ts'
import type { Notice } from './notice.ts'

type Stores = Pick<Deps, 'payouts' | 'destinations' | 'items' | 'errorCodes' | 'stopSwitch' | 'gate'>

/** What the receiver's page shows of a payout and a change can change (lib/services/payout/show-status.ts). */
const shown = [
  'version',
  'status',
  'redirectUrl',
  'returnedAt',
  'failureMessage',
  'coolingOffUntil',
  'sendAfter',
] as const satisfies readonly (keyof Payout)[]

const differ = (was: Payout, now: Payout) =>
  shown.some((field) => was[field]?.valueOf() !== now[field]?.valueOf())

/** Desks list items, and proposals of settlements among them. */
const concernsDesk = ({ items, closeItems, settlement }: Change) =>
  (items ?? []).length > 0 || closeItems !== undefined || settlement !== undefined

export function withNotices<T extends Stores>(stores: T, tell: Announcer['tell']): T {
  const { payouts, destinations, items, errorCodes, stopSwitch, gate } = stores
  const everything: Notice = { about: 'everything' }
  const desk: Notice = { about: 'desk' }
  return {
    ...stores,
    payouts: {
      ...payouts,
      async advance(was, change, ...rest) {
        const now = await payouts.advance(was, change, ...rest)
        const seen = now !== 'stale' && differ(was, now)
        tell({ about: seen ? 'payout' : 'timeline', id: was.id }, ...(concernsDesk(change) ? [desk] : []))
        return now
      },
      async revokeLink(id, actor) {
        await payouts.revokeLink(id, actor)
        tell({ about: 'link', id })
      },
      async markReturned(id, minIntervalMs) {
        await payouts.markReturned(id, minIntervalMs)
        tell({ about: 'payout', id })
      },
    },
    destinations: {
      ...destinations,
      async release(...asked) {
        const released = await destinations.release(...asked)
        tell(...(released ?? []).map((id): Notice => ({ about: 'payout', id })))
        return released
      },
    },
    items: {
      ...items,
      async open(...asked) {
        await items.open(...asked)
        tell(desk)
      },
      async openFor(...asked) {
        const opened = await items.openFor(...asked)
        if (opened) tell(desk)
        return opened
      },
      async close(...asked) {
        const closed = await items.close(...asked)
        if (closed) tell(desk)
        return closed
      },
      async take(...asked) {
        const taken = await items.take(...asked)
        if (taken) tell(desk)
        return taken
      },
    },
    errorCodes: {
      ...errorCodes,
      async note(...asked) {
        const noted = await errorCodes.note(...asked)
        if (noted) tell(desk)
        return noted
      },
    },
    stopSwitch: {
      ...stopSwitch,
      async pull(...asked) {
        const stop = await stopSwitch.pull(...asked)
        if (stop !== 'stopped_already') tell(everything)
        return stop
      },
      async release(...asked) {
        const released = await stopSwitch.release(...asked)
        if (released !== null) tell(everything)
        return released
      },
    },
    gate: {
      ...gate,
      async missed(...asked) {
        const silent = await gate.missed(...asked)
        if (silent) tell(everything)
        return silent
      },
      async answered(...asked) {
        const wasSilent = await gate.answered(...asked)
        if (wasSilent) tell(everything)
        return wasSilent
      },
    },
  }
}
