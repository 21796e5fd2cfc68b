import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps, OpenByDay, Report } from '#lib/services/ports.ts'
import { fromPrimary } from './ports.ts'
import type { OpenReads, Reads } from './ports.ts'

/** The periods to choose from, in days, today included. */
export const reportPeriods = [7, 30, 90] as const
export type ReportPeriod = (typeof reportPeriods)[number]

/** The charts of one period. Days begin at midnight in `zone`, an IANA name; one that is not known counts as UTC. */
export async function showReport(
  deps: Pick<Deps, 'payouts' | 'reports'>,
  actor: Actor,
  input: { days: ReportPeriod; zone: string },
  open: OpenReads = fromPrimary(deps),
): Promise<
  | {
      ok: true
      from: Date
      zone: string
      report: Report
      openByDay: OpenByDay
      asOf: Reads['asOf']
    }
  | Refusal<'forbidden'>
> {
  if (actor.kind !== 'user' || !may(actor, 'payout.see_all')) return refuse('forbidden')
  const zone = isZone(input.zone) ? input.zone : 'UTC'
  const {
    stores: { reports },
    asOf,
  } = await open({ search: true })
  const from = await reports.startOf(input.days, zone)
  const [report, openByDay] = await Promise.all([reports.since(from, zone), reports.openByDay(zone)])
  return { ok: true, from, zone, report, openByDay, asOf }
}

function isZone(zone: string): boolean {
  try {
    // An offset such as +02:00 is a zone to JavaScript, and another one to PostgreSQL.
    return /^[A-Za-z]/.test(new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone)
  } catch {
    return false
  }
}
