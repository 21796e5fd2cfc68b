// Who decides: approvers, clerks, receivers at the bank's form. They go on while everything breaks, as people do.
//
// They act through the same verbs as the pages, in this process and over the same proxied database: signing in with a
// browser for each click would cost more than the faults.
import { setTimeout as sleep } from 'node:timers/promises'
import { approveMany as approveSet, hashOfSet } from '#lib/services/approval/approve-many.ts'
import { retryKeyOf, retryPayout } from '#lib/services/payout/retry-payout.ts'
import { deriveClientOrderId } from '#lib/services/payout/client-order-id.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import type { Deps } from '#lib/services/ports.ts'
import { rejectPayout } from '#lib/services/approval/reject-payout.ts'
import { undoApproval } from '#lib/services/approval/undo-approval.ts'
import type { PayoutPlan } from './schedule.ts'
import type { ItemRow, PayoutRow } from './rows.ts'
import type { SimulatorControl } from './simulator.ts'
import type { People, Person } from './people.ts'
import type { Shop } from './shop.ts'

/** Whatever six digits: the lab's own second factor takes them (run.ts). */
const code = '123456'
/** What was asked for again is approved at once: its first payout has had the trouble that was planned. */
const decisionOn = ({ replacesId }: PayoutRow, { decision }: PayoutPlan): PayoutPlan['decision'] =>
  replacesId === null ? decision : { kind: 'approve', afterMs: 0 }
/** Looks at which a clerk tries; then it is left as it is. */
const attemptsToAskAgain = 5

type Seen = { since: number; done: boolean }

/** The people who decide and who fill in forms. They look at everything again and again, and repeat a click that failed. */
export function createDeciders(
  deps: Deps,
  people: People,
  plans: readonly PayoutPlan[],
  shop: Shop,
  simulator: SimulatorControl,
) {
  const waiting = new Map<string, Seen>()
  const taken = new Set<string>()
  const strangersHeard = new Set<string>()
  const askedAgain = new Map<string, number>()
  const counts = new Map<string, number>()
  const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1)
  const [ana, boris] = people.approvers
  const since = (payout: PayoutRow): Seen => {
    const key = `${payout.id} ${payout.status}`
    const seen = waiting.get(key) ?? { since: Date.now(), done: false }
    waiting.set(key, seen)
    return seen
  }
  const approve = (who: Person, { id, contentHash }: PayoutRow) =>
    approvePayout(deps, who, { id, contentHash, code })
  /** As many as are needed, one after the other. */
  const approveInTurn = async (payout: PayoutRow) => {
    let last = await approve(ana, payout)
    if (last.ok ? last.payout.status === 'awaiting_approval' : last.code === 'approved_by_you')
      last = await approve(boris, payout)
    return last
  }
  const undo = async (who: Person, { id }: PayoutRow) => {
    const undone = await undoApproval(deps, who, { id })
    count(undone.ok ? 'approval undone' : `undo refused: ${undone.code}`)
  }
  /** Everything that waits for it, as one set. */
  const approveMany = async (who: Person, payouts: readonly PayoutRow[]) => {
    const set = payouts.map(({ id, contentHash }) => ({ id, contentHash }))
    const many = await approveSet(deps, who, { seen: set, setHash: hashOfSet(set), code })
    if (many.ok) count('approved as a set')
  }
  const reject = async (who: Person, { id }: PayoutRow, reason: string) => {
    const now = await deps.payouts.find(id)
    if (now) await rejectPayout(deps, who, { id, version: now.version, reason })
  }

  const decide = async (payout: PayoutRow, plan: PayoutPlan, everybodyActs: boolean) => {
    const seen = since(payout)
    const decision = decisionOn(payout, plan)
    // What was decided and then undone is decided once more at the end.
    const hesitates = 'afterMs' in decision && Date.now() - seen.since < decision.afterMs
    if (!everybodyActs && (seen.done || hesitates)) return
    if (plan.ownerTries && payout.replacesId === null) {
      const refused = await approve(people.owner, payout)
      count(refused.ok ? 'the owner approved it' : 'own payout refused to the owner')
    }
    if (decision.kind === 'approve_many') return
    if (decision.kind === 'approve_twice')
      await Promise.allSettled([approve(ana, payout), approve(boris, payout)])
    else if (decision.kind === 'approve_and_undo' && !everybodyActs) {
      await approve(ana, payout)
      await sleep(decision.afterMs)
      await undo(ana, payout)
    } else if (decision.kind === 'approve_and_cancel')
      await Promise.allSettled([approve(ana, payout), shop.cancel(payout)])
    else if ('afterMs' in decision || everybodyActs) {
      const result = await approveInTurn(payout)
      // A figure that differs is nothing anybody may approve.
      if (!result.ok && result.code === 'amount_differs') await reject(boris, payout, 'the figure differs')
    } else return
    seen.done = !everybodyActs
  }

  const fillForm = async (payout: PayoutRow, plan: PayoutPlan, everybodyActs: boolean) => {
    const seen = since(payout)
    if (payout.orderId === null || (!everybodyActs && Date.now() - seen.since < plan.formAfterMs)) return
    await simulator.fillForm(payout.orderId, plan.form)
    count('bank form filled')
  }

  /** Takes back what was planned to be taken back, at its time. */
  const takeBack = async (payout: PayoutRow, plan: PayoutPlan, elapsedMs: number) => {
    const decision = decisionOn(payout, plan)
    if (!('atMs' in decision) || elapsedMs < decision.atMs || taken.has(payout.id)) return
    if (decision.kind === 'cancel') await shop.cancel(payout)
    else await reject(boris, payout, 'rejected by the lab')
    // A click that failed is made again at the next look.
    taken.add(payout.id)
    count(decision.kind)
  }

  const strangerCancels = async (payout: PayoutRow) => {
    if (strangersHeard.has(payout.id) || !(await shop.cancelAsStranger(payout))) return
    strangersHeard.add(payout.id)
    count('cancelling refused to a stranger')
  }

  /** A clerk asks for what has ended unpaid again; this time the bank pays, if it is let. */
  const askAgain = async (payout: PayoutRow) => {
    const attempts = askedAgain.get(payout.id) ?? 0
    if (attempts >= attemptsToAskAgain) return
    askedAgain.set(payout.id, attempts + 1)
    await simulator.willApprove(deriveClientOrderId(retryKeyOf(payout.id)))
    const asked = await retryPayout(deps, people.clerk, { id: payout.id })
    if (asked.ok) askedAgain.set(payout.id, attemptsToAskAgain)
    if (asked.ok || attempts + 1 === attemptsToAskAgain)
      count(asked.ok ? 'asked for again' : `not asked for again: ${asked.code}`)
  }

  return {
    counts,
    /** One look at everything. `everybodyActs`: the faults are over, and nobody hesitates any more. */
    async look(
      payouts: readonly PayoutRow[],
      items: readonly ItemRow[],
      elapsedMs: number,
      everybodyActs: boolean,
    ) {
      const together = payouts.filter((payout) => {
        const plan = plans[payout.plan]
        return (
          payout.status === 'awaiting_approval' && plan && decisionOn(payout, plan).kind === 'approve_many'
        )
      })
      if (together.length > 0)
        // Two people with the same list before them.
        await Promise.allSettled([approveMany(ana, together), approveMany(boris, together)])
      const acts = payouts.map(async (payout) => {
        const plan = plans[payout.plan]
        if (!plan) return
        if (payout.isFinal) {
          if (plan.askedAgain && payout.status !== 'paid' && payout.status !== 'filtered')
            await askAgain(payout)
          return
        }
        if (plan.strangerCancels) await strangerCancels(payout)
        await takeBack(payout, plan, elapsedMs)
        if (payout.status === 'awaiting_approval') await decide(payout, plan, everybodyActs)
        if (payout.status === 'action_required') await fillForm(payout, plan, everybodyActs)
        if (!everybodyActs) return
        // What nobody but a person can end before payout-pay: a bank that never confirms, an order that cannot be found.
        const unresolved = items.some(
          ({ payoutId, kind, open }) => open && payoutId === payout.id && kind === 'check_unresolved',
        )
        const neverConfirmed = plan.scenario === 'stays-validating' && payout.replacesId === null
        if ((payout.status === 'checking' && neverConfirmed) || unresolved)
          await reject(boris, payout, 'the bank does not answer')
      })
      await Promise.allSettled(acts)
    },
  }
}
