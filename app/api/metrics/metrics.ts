/**
 * What is true of the whole installation at this moment, in Prometheus' text format: every web server says the same. What each process
 * measures of itself is in lib/runtime/watch/metrics.ts.
 */
import { Gauge, Registry } from 'prom-client'
import { processMetrics } from '#app/_server/process-metrics.ts'
import { openStatuses } from '#lib/payouts/transitions.ts'
import type { Deps, GatewayCondition, MoneyCheck } from '#lib/services/ports.ts'
import type { StandbyHealth } from '#lib/services/standby/ports.ts'

type Counts = Awaited<ReturnType<Deps['monitoring']['counts']>>

export async function expose(
  counts: Counts,
  workerAlive: boolean,
  money: MoneyCheck | null,
  gateway: Pick<GatewayCondition, 'silentSince' | 'lastOkAt'>,
  endpoints: readonly (GatewayCondition & { endpointId: number })[],
  standby: StandbyHealth | null,
): Promise<{ type: string; text: string }> {
  // A new registry for each answer, so that parallel answers don't mix.
  const registry = new Registry()
  const gauge = (name: string, help: string, value: number) => {
    new Gauge({ name: `payout_portal_${name}`, help, registers: [registry] }).set(value)
  }
  const payouts = new Gauge({
    name: 'payout_portal_payouts',
    help: 'Payouts by status.',
    labelNames: ['status'],
    registers: [registry],
  })
  for (const [status, count] of Object.entries(counts.byStatus)) payouts.set({ status }, count)
  const oldest = new Gauge({
    name: 'payout_portal_oldest_payout_age_seconds',
    help: 'How long ago the oldest payout of each status that is not final was asked for; 0: there is none.',
    labelNames: ['status'],
    registers: [registry],
  })
  for (const status of openStatuses) oldest.set({ status }, (counts.oldestAgeMs[status] ?? 0) / 1000)
  gauge('open_items', 'Open items that people must look at.', counts.openItems)
  const [items, itemAge] = [
    ['open_items_by_kind', 'Open items by kind, only kinds that there are.'],
    ['oldest_item_age_seconds', 'How long the oldest open item of each kind has been open.'],
  ].map(
    ([name = '', help = '']) =>
      new Gauge({ name: `payout_portal_${name}`, help, labelNames: ['kind'], registers: [registry] }),
  )
  for (const { kind, count, oldestAgeMs } of counts.itemsByKind) {
    items?.set({ kind }, count)
    itemAge?.set({ kind }, oldestAgeMs / 1000)
  }
  gauge('due_payouts', 'Payouts whose next step is due and not yet taken.', counts.dueNow)
  gauge(
    'oldest_due_age_seconds',
    'How long the oldest due payout has been waiting.',
    counts.oldestDueAgeMs / 1000,
  )
  gauge('mails_waiting', 'Mails not yet sent.', counts.mailsWaiting)
  gauge('oldest_mail_age_seconds', 'How long the oldest of these has waited.', counts.oldestMailAgeMs / 1000)
  gauge('webhooks_waiting', 'Webhooks that have not arrived and are not given up.', counts.webhooksWaiting)
  gauge(
    'webhooks_late_seconds',
    'Since when the oldest of these should have been sent.',
    counts.webhooksLateMs / 1000,
  )
  gauge(
    'payments_stopped',
    '1 while all payments, or those of an endpoint, are stopped.',
    counts.stopped ? 1 : 0,
  )
  gauge(
    'asking_first',
    '1 while Cardzo is asked before everything, after a restore.',
    counts.askingFirst ? 1 : 0,
  )
  gauge('worker_alive', '1 if a worker gave a sign of life within the last minute.', workerAlive ? 1 : 0)
  gauge(
    'gateway_silent',
    '1 while an endpoint of Cardzo as a whole does not answer and payouts wait for it, 0 otherwise.',
    gateway.silentSince ? 1 : 0,
  )
  if (gateway.lastOkAt)
    gauge(
      'gateway_answered_timestamp_seconds',
      'When Cardzo last gave a good answer, in Unix time, to about ten seconds.',
      gateway.lastOkAt.getTime() / 1000,
    )
  const ofEndpoint = (name: string, help: string, valueOf: (one: GatewayCondition) => number) => {
    const each = new Gauge({
      name: `payout_portal_endpoint_${name}`,
      help,
      labelNames: ['endpoint'],
      registers: [registry],
    })
    for (const one of endpoints) each.set({ endpoint: String(one.endpointId) }, valueOf(one))
  }
  ofEndpoint('silent', '1 while this endpoint does not answer, 0 otherwise.', ({ silentSince }) =>
    silentSince ? 1 : 0,
  )
  ofEndpoint('locked_out', '1 while this endpoint refuses our requests, 0 otherwise.', ({ lockedOutAt }) =>
    lockedOutAt ? 1 : 0,
  )
  if (standby) {
    gauge(
      'standby_used',
      '1 if lists and reports are read from the standby, 0 while the primary is read instead.',
      standby.state === 'ok' ? 1 : 0,
    )
    // Absent while nobody knows.
    if (standby.lagMs !== null)
      gauge(
        'standby_lag_seconds',
        'How far the standby is behind, 0 if it has everything.',
        standby.lagMs / 1000,
      )
  }
  // Absent before the first computation: no figure is not a zero.
  if (money) {
    gauge(
      'money_equation_balanced',
      '1 if payouts, history and ledger agreed when they were compared last, 0 if not.',
      money.balanced ? 1 : 0,
    )
    gauge(
      'money_equation_checked_timestamp_seconds',
      'When they were compared last, in Unix time.',
      money.checkedAt.getTime() / 1000,
    )
  }
  const text = [await registry.metrics(), await processMetrics().registry.metrics()].join('\n')
  return { type: registry.contentType, text }
}
