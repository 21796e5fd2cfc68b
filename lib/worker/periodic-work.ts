/** What a worker looks at beside its payouts, and how often. docs/what-runs-often.md says what each reads, and a test holds it to that. */
import { applyDueAccess } from '#lib/services/people/apply-due-access.ts'
import { checkApprovable } from '#lib/services/approval/check-approvable.ts'
import { remindOfKeys } from '#lib/services/key/remind-of-keys.ts'
import { watchMoneyEquation } from '#lib/services/balance/watch-money-equation.ts'
import { watchClock } from '#lib/services/safety/watch-clock.ts'
import { sendDigests } from '#lib/services/message/send-digests.ts'
import type { Deps } from '#lib/services/ports.ts'
import { carryOutDecisions } from '#lib/services/batch/carry-out-decisions.ts'
import { applyImports } from '#lib/services/moving/apply-imports.ts'
import { makePayoutsOfBatches } from '#lib/services/batch/make-payouts.ts'
import { eraseReceivers, findIdleReceivers } from '#lib/services/receiver/erase-receiver.ts'
import { findLostPayouts } from '#lib/services/payout/find-lost-payouts.ts'
import { askBalances } from '#lib/services/order/ask-balances.ts'
import { testConnections } from '#lib/services/order/test-connection.ts'
import { makeNextFile } from '#lib/services/standby/make-file.ts'
import { fromPrimary } from '#lib/services/standby/ports.ts'
import type { OpenReads } from '#lib/services/standby/ports.ts'
import { escalateItems } from '#lib/services/webhook/escalate-items.ts'
import { forgetEvents } from '#lib/services/webhook/forget-events.ts'
import { makeEvents } from '#lib/services/webhook/make-events.ts'
import { sendWebhooks } from '#lib/services/webhook/send-webhooks.ts'
import type { Periodic } from './periodic.ts'

/** The safety net for what is run as soon as it is due. */
const netMs = 60_000

/** If nobody can approve a payout, people read of it within a minute. */
const approvableEveryMs = 60_000
/** Until it is sealed, only an audit row's own hash shows that it was altered. Each look costs two small queries. */
const sealAuditEveryMs = 30_000
/** A month's notice need not be exact to the minute. */
const keysEveryMs = 3_600_000
/** The money equation is due about once a minute, and one worker computes it at most this much later. */
const moneyLookEveryMs = 20_000
/** What was moved is added to the kept sums this often, so that a page has little to add to them. */
const booksRestMs = 5_000

/** A search writes what is missing itself, so this only keeps that short. */
const searchRestMs = 5_000

/** A balance is due once a minute, or soon after payouts have moved. While none is asked for, a look is in memory. */
const balancesEveryMs = 20_000
const balancesRestMs = 5_000

/**
 * Between two looks for events: half of what other systems wait for a webhook, because an event of a payout is told at the second look after
 * its commit.
 */
const eventsRestMs = 500
/** Nobody has taken it for hours, so a minute more is nothing. */
const escalationEveryMs = 60_000

/** They are kept for weeks. */
const forgetEveryMs = 3_600_000

/** Only somebody who writes to the database makes one, so a minute is soon enough. */
const lostEveryMs = 60_000

/** Clocks drift slowly. */
const clockEveryMs = 60_000

/** `open` gives the stores that files are made from. */
export const periodicWork = (
  deps: Deps,
  workerId: string,
  signal: AbortSignal,
  open: OpenReads = fromPrimary(deps),
): Periodic[] => [
  { name: 'who may approve', everyMs: approvableEveryMs, run: () => checkApprovable(deps) },
  { name: 'sealing the audit trail', everyMs: sealAuditEveryMs, run: () => deps.auditTrail.seal() },
  { name: 'rights whose time has come', everyMs: netMs, on: 'rights', run: () => applyDueAccess(deps) },
  { name: 'keys that expire', everyMs: keysEveryMs, run: () => remindOfKeys(deps) },
  {
    name: 'the money equation',
    ...{ everyMs: moneyLookEveryMs, on: 'books', restMs: booksRestMs },
    run: watchMoneyEquation(deps),
  },
  { name: 'tests of connections', everyMs: netMs, on: 'tests', run: () => testConnections(deps) },
  {
    name: 'balances at Cardzo',
    ...{ everyMs: balancesEveryMs, on: 'books', restMs: balancesRestMs },
    run: askBalances(deps),
  },
  {
    name: 'files that people asked for',
    ...{ everyMs: netMs, on: 'files' },
    run: () => makeNextFile(deps, signal, open),
  },
  { name: 'batches', everyMs: netMs, on: 'batches', run: () => makePayoutsOfBatches(deps, signal) },
  {
    name: 'decisions on batches',
    ...{ everyMs: netMs, on: 'decisions' },
    run: () => carryOutDecisions(deps, signal),
  },
  { name: 'imports', everyMs: netMs, on: 'imports', run: () => applyImports(deps, signal) },
  { name: 'digests for approvers', everyMs: netMs, on: 'digests', run: () => sendDigests(deps) },
  {
    name: 'events for webhooks',
    ...{ everyMs: netMs, on: 'events', restMs: eventsRestMs, then: 'webhooks' },
    run: () => makeEvents(deps, signal),
  },
  { name: 'webhooks that are due', everyMs: netMs, on: 'webhooks', run: () => sendWebhooks(deps, signal) },
  { name: 'webhook events that are old', everyMs: forgetEveryMs, run: () => forgetEvents(deps, signal) },
  { name: 'open items that nobody takes', everyMs: escalationEveryMs, run: () => escalateItems(deps) },
  {
    name: 'what searches look up',
    ...{ everyMs: netMs, on: 'search', restMs: searchRestMs },
    run: () => deps.payouts.keepSearch(signal),
  },
  { name: 'open payouts without due work', everyMs: lostEveryMs, run: findLostPayouts(deps) },
  { name: 'receivers who are erased', everyMs: netMs, run: () => eraseReceivers(deps, workerId, signal) },
  {
    name: 'receivers with whom nothing happens',
    ...{ everyMs: forgetEveryMs, run: findIdleReceivers(deps, workerId) },
  },
  { name: 'this machine’s clock', everyMs: clockEveryMs, run: () => watchClock(deps, workerId) },
]
