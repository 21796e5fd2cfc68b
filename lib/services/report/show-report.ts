import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps, OpenByDay, Report } from '#lib/services/ports.ts'

/** The periods to choose from, in days, today included. */
export const reportPeriods = [7, 30, 90] as const
export type ReportPeriod = (typeof reportPeriods)[number]

/** The charts of one period. Days begin at midnight in `zone`, an IANA name; one that is not known counts as UTC. */
export async function showReport(
  deps: Deps,
  actor: Actor,
  input: { days: ReportPeriod; zone: string },
): Promise<
  { ok: true; from: Date; zone: string; report: Report; openByDay: OpenByDay } | Refusal<'forbidden'>
> {
  if (actor.kind !== 'user' || !may(actor, 'payout.see_all')) return refuse('forbidden')
  const zone = isZone(input.zone) ? input.zone : 'UTC'
  const from = await deps.reports.startOf(input.days, zone)
  const [report, openByDay] = await Promise.all([
    deps.reports.since(from, zone),
    deps.reports.openByDay(zone),
  ])
  return { ok: true, from, zone, report, openByDay }
}

function isZone(zone: string): boolean {
  try {
    // An offset such as +02:00 is a zone to JavaScript, and another one to PostgreSQL.
    return /^[A-Za-z]/.test(new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone)
  } catch {
    return false
  }
}
