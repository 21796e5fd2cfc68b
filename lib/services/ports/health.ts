/** What the operator has set, what is known of the gateway, and whether everything is alive. */
import type { Actor } from '#lib/payouts/permissions.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type { Settings } from './control.ts'

export type GatewayCondition = {
  refusedAt: Date | null
  refusal: { httpStatus: number; gatewayDate: string | null; ourDate: string; command: string } | null
  simulator: boolean
  lastOkAt: Date | null
  /** Cardzo as a whole does not answer: since its last good answer, or since it was first asked in vain. */
  silentSince: Date | null
}

export type SettingsStore = {
  read: () => Promise<Settings>
  /** Changes those that are given; audited with what was before. */
  change: (settings: Partial<Settings>, actor: Actor) => Promise<Settings>
  /** Do receivers of API payouts get mails when an e-mail is given? */
  mailApiReceivers: () => Promise<boolean>
  gatewayCondition: () => Promise<GatewayCondition>
  recordGatewayRefusal: (refusal: NonNullable<GatewayCondition['refusal']>) => Promise<void>
  /** A status request worked: sending is allowed again. Cheap when nothing changes. */
  recordGatewayOk: (simulator: boolean) => Promise<void>
}

export type HealthStore = {
  beat: (workerId: string) => Promise<void>
  goodbye: (workerId: string) => Promise<void>
  /** A worker can't write its marker, and why; null: it can. Counts as a sign of life. */
  reportMarker: (workerId: string, trouble: string | null) => Promise<void>
  /** Does a worker that gave a sign of life within this time say that it can't? */
  markerUnwritable: (withinMs: number) => Promise<boolean>
  /** Rejects when the database can not be reached. */
  ping: () => Promise<void>
  workerSeenWithinMs: (ms: number) => Promise<boolean>
  /** The latest sign of life of any worker that did not stop in good order; null when there is none. */
  workerLastSeen: () => Promise<Date | null>
  migrationsPending: () => Promise<boolean>
  counts: () => Promise<{
    byStatus: Record<PayoutStatus, number>
    openItems: number
    dueNow: number
    oldestDueAgeMs: number
    mailsWaiting: number
  }>
}
