/** The names of the metrics, and the installation's current state in Prometheus' text format. */
import { Gauge, Registry } from 'prom-client'
import { exposeRefusedCallbacks } from '#app/api/cardzo/callback/refused.ts'
import type { Deps, GatewayCondition, MoneyCheck } from '#lib/services/ports.ts'

type Counts = Awaited<ReturnType<Deps['monitoring']['counts']>>

export async function expose(
  counts: Counts,
  workerAlive: boolean,
  money: MoneyCheck | null,
  gateway: Pick<GatewayCondition, 'silentSince' | 'lastOkAt'>,
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
  gauge('open_items', 'Open items that people must look at.', counts.openItems)
  gauge('due_payouts', 'Payouts whose next step is due and not yet taken.', counts.dueNow)
  gauge(
    'oldest_due_age_seconds',
    'How long the oldest due payout has been waiting.',
    counts.oldestDueAgeMs / 1000,
  )
  gauge('mails_waiting', 'Mails not yet sent.', counts.mailsWaiting)
  gauge('worker_alive', '1 if a worker gave a sign of life within the last minute.', workerAlive ? 1 : 0)
  gauge(
    'gateway_silent',
    '1 while Cardzo as a whole does not answer and payouts wait for it, 0 otherwise.',
    gateway.silentSince ? 1 : 0,
  )
  if (gateway.lastOkAt)
    gauge(
      'gateway_answered_timestamp_seconds',
      'When Cardzo last gave a good answer, in Unix time, to about ten seconds.',
      gateway.lastOkAt.getTime() / 1000,
    )
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
  const text = [await registry.metrics(), await exposeRefusedCallbacks()].join('\n')
  return { type: registry.contentType, text }
}
