/** What a worker looks at beside its payouts, and how often. docs/what-runs-often.md says what each reads, and a test holds it to that. */
import { applyDueAccess } from '#lib/services/people/apply-due-access.ts'
import { checkApprovable } from '#lib/services/approval/check-approvable.ts'
import { remindOfKeys } from '#lib/services/key/remind-of-keys.ts'
import { watchMoneyEquation } from '#lib/services/balance/watch-money-equation.ts'
import { sendDigests } from '#lib/services/message/send-digests.ts'
import type { Deps } from '#lib/services/ports.ts'
import { makeNextFile } from '#lib/services/payout/make-file.ts'
import type { Periodic } from './periodic.ts'

/** If nobody can approve a payout, people read of it within a minute. */
const approvableEveryMs = 60_000
/** Until it is sealed, only an audit row's own hash shows that it was altered. Each look costs two small queries. */
const sealAuditEveryMs = 30_000
/** How soon after its time a change of rights that nobody could confirm takes effect. */
const accessEveryMs = 10_000
/** A month's notice need not be exact to the minute. */
const keysEveryMs = 3_600_000
/** The money equation is due about once a minute, and one worker computes it at most this much later. */
const moneyLookEveryMs = 5_000

/** A search writes what is missing itself, so this only keeps that short. */
const searchEveryMs = 5_000

/** People wait for their file, but not by the second. */
const filesEveryMs = 2_000

/** Nobody sets a clock by a digest. */
const digestsEveryMs = 10_000

export const periodicWork = (deps: Deps, signal: AbortSignal): Periodic[] => [
  { name: 'who may approve', everyMs: approvableEveryMs, run: () => checkApprovable(deps) },
  { name: 'sealing the audit trail', everyMs: sealAuditEveryMs, run: () => deps.auditTrail.seal() },
  { name: 'rights whose time has come', everyMs: accessEveryMs, run: () => applyDueAccess(deps) },
  { name: 'keys that expire', everyMs: keysEveryMs, run: () => remindOfKeys(deps) },
  { name: 'the money equation', everyMs: moneyLookEveryMs, run: watchMoneyEquation(deps) },
  { name: 'files that people asked for', everyMs: filesEveryMs, run: () => makeNextFile(deps, signal) },
  { name: 'digests for approvers', everyMs: digestsEveryMs, run: () => sendDigests(deps) },
  { name: 'what searches look up', everyMs: searchEveryMs, run: () => deps.payouts.keepSearch(signal) },
]
