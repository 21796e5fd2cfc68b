// The people and systems around the portal: a shop that asks over HTTP and asks again when it hears nothing, approvers who
// decide, receivers who fill in the bank's form. They go on while everything breaks, as people do.
//
// Approvers act through the same verbs as the pages, in this process and over the same proxied database: signing in with a
// browser for each click would cost more than the faults.
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Actor, Role } from '#lib/payouts/permissions.ts'
import { approvePayout } from '#lib/services/approve-payout.ts'
import { createApiKey } from '#lib/services/create-api-key.ts'
import type { Deps } from '#lib/services/ports.ts'
import { rejectPayout } from '#lib/services/reject-payout.ts'
import { setPolicy } from '#lib/services/set-policy.ts'
import { autoApproveBelow } from './schedule.ts'
import type { PayoutPlan } from './schedule.ts'
import type { ItemRow, PayoutRow } from './rows.ts'
import type { SimulatorControl } from './simulator.ts'

export type Person = Extract<Actor, { kind: 'user' }>
export type People = { owner: Person; approvers: [Person, Person]; apiKey: string }

const operator: Actor = { kind: 'operator', name: 'fault lab' }
const requestTimeoutMs = 6000
/** A shop that heard nothing asks again this soon. */
const againAfterMs = 150

/** Before any fault: whoever is needed. The API key belongs to an approver, who therefore may not approve what it asks for. */
export async function createPeople(deps: Deps): Promise<People> {
  const person = async (name: string, role: Role): Promise<Person> => {
    const id = randomUUID()
    const email = `${name.toLowerCase()}@lab.example`
    await deps.people.createUser({ id, email, name, role, passwordHash: null, totpSecret: null }, operator)
    return { kind: 'user', id, role, name, receiverId: null }
  }
  const owner = await person('Olga', 'approver')
  const approvers: [Person, Person] = [await person('Ana', 'approver'), await person('Boris', 'approver')]
  const made = await createApiKey(deps, operator, { name: 'shop', ownerEmail: 'olga@lab.example' })
  if (!made.ok) throw new Error(`no API key: ${made.code}`)
  await setPolicy(deps, operator, { currency: 'EUR', autoApproveBelow: String(autoApproveBelow) })
  return { owner, approvers, apiKey: made.key }
}

/** What callers were told: checked against the database at the end. */
export type Told = {
  /** Ids that a 200 or 201 named, by plan. */
  ids: Map<number, Set<string>>
  /** Answers that should not have been given. */
  wrong: string[]
}

export type Shop = { ask: (plan: PayoutPlan) => Promise<void>; cancel: (id: string) => Promise<void> }

/** `givenUp` ends the asking again when the run is over. */
export function createShop(appUrl: string, apiKey: string, told: Told, givenUp: AbortSignal): Shop {
  const post = async (path: string, key: string | null, body: unknown, hangUpMs?: number) => {
    const limit = AbortSignal.timeout(hangUpMs ?? requestTimeoutMs)
    const response = await fetch(`${appUrl}/api/v1/${path}`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${apiKey}`,
        'Content-Type': 'application/json',
        ...(key !== null && { 'Idempotency-Key': key }),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.any([limit, givenUp]),
    })
    return { status: response.status, body: (await response.json()) as { id?: string; code?: string } }
  }
  const untilToldSomething = async (plan: PayoutPlan, hangUpMs: number | null) => {
    for (let attempt = 1; !givenUp.aborted; attempt++) {
      try {
        const hangUp = attempt === 1 && hangUpMs !== null ? hangUpMs : undefined
        const { status, body } = await post('payouts', plan.key, requestOf(plan), hangUp)
        if ((status === 200 || status === 201) && body.id !== undefined) {
          told.ids.set(plan.n, (told.ids.get(plan.n) ?? new Set()).add(body.id))
          return
        }
        if (status < 500) told.wrong.push(`payout ${plan.n} was refused: ${status} ${body.code ?? ''}`)
        if (status < 500) return
      } catch {
        // No answer: nobody knows whether it was taken, so it is asked for again under the same key.
      }
      await sleep(againAfterMs)
    }
  }
  return {
    async ask(plan) {
      const copies = Array.from({ length: plan.copies }, (_, n) =>
        untilToldSomething(plan, n === 0 ? plan.hangUpMs : null),
      )
      await Promise.all(copies)
      if (!plan.otherBody) return
      const other = await post('payouts', plan.key, { ...requestOf(plan), amount: '999.00' }).catch(
        () => null,
      )
      if (other && other.status < 500 && other.status !== 422)
        told.wrong.push(`the key of payout ${plan.n} was taken for another body: ${other.status}`)
    },
    async cancel(id) {
      for (let attempt = 0; attempt < 5; attempt++) {
        const answer = await post(`payouts/${id}/cancel`, null, {}).catch(() => null)
        if (answer && answer.status < 500) return
        await sleep(againAfterMs)
      }
    },
  }
}

function requestOf(plan: PayoutPlan) {
  return {
    amount: plan.amount,
    currency: plan.currency,
    receiver: {
      externalId: `receiver-${plan.receiver}`,
      email: `receiver-${plan.receiver}@lab.example`,
      firstName: 'Rita',
      lastName: `Receiver ${plan.receiver}`,
    },
    destination: { account_number: plan.account, bank_name: 'Lab Bank' },
    metadata: { plan: plan.n },
  }
}

type Seen = { since: number; done: boolean }

/** Whoever decides, and whoever fills in forms. Looks at everything again and again; a click that failed is made again. */
export function createDeciders(
  deps: Deps,
  people: People,
  plans: readonly PayoutPlan[],
  shop: Shop,
  simulator: SimulatorControl,
) {
  const waiting = new Map<string, Seen>()
  const taken = new Set<string>()
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
    approvePayout(deps, who, { id, contentHash, code: '' })
  const reject = async (who: Person, { id }: PayoutRow, reason: string) => {
    const now = await deps.payouts.find(id)
    if (now) await rejectPayout(deps, who, { id, version: now.version, reason })
  }

  const decide = async (payout: PayoutRow, plan: PayoutPlan, everybodyActs: boolean) => {
    const seen = since(payout)
    const { decision } = plan
    if (seen.done || (!everybodyActs && 'afterMs' in decision && Date.now() - seen.since < decision.afterMs))
      return
    if (plan.ownerTries) {
      const refused = await approve(people.owner, payout)
      count(refused.ok ? 'the owner approved it' : 'own payout refused to the owner')
    }
    if (decision.kind === 'approve_twice')
      await Promise.allSettled([approve(ana, payout), approve(boris, payout)])
    else if (decision.kind === 'approve_and_cancel')
      await Promise.allSettled([approve(ana, payout), shop.cancel(payout.id)])
    else if ('afterMs' in decision || everybodyActs) {
      const result = await approve(ana, payout)
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
    const { decision } = plan
    if (!('atMs' in decision) || elapsedMs < decision.atMs || taken.has(payout.id)) return
    if (decision.kind === 'cancel') await shop.cancel(payout.id)
    else await reject(boris, payout, 'rejected by the lab')
    // A click that failed is made again at the next look.
    taken.add(payout.id)
    count(decision.kind)
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
      const acts = payouts.map(async (payout) => {
        const plan = plans[payout.plan]
        if (!plan || payout.isFinal) return
        await takeBack(payout, plan, elapsedMs)
        if (payout.status === 'awaiting_approval') await decide(payout, plan, everybodyActs)
        if (payout.status === 'action_required') await fillForm(payout, plan, everybodyActs)
        if (!everybodyActs) return
        // What nobody but a person can end before payout-pay: a bank that never confirms, an order that cannot be found.
        const unresolved = items.some(
          ({ payoutId, kind, open }) => open && payoutId === payout.id && kind === 'check_unresolved',
        )
        if ((payout.status === 'checking' && plan.scenario === 'stays-validating') || unresolved)
          await reject(boris, payout, 'the bank does not answer')
      })
      await Promise.allSettled(acts)
    },
  }
}
