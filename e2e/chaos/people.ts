// The people and systems around the portal: a shop that asks over HTTP and asks again when it hears nothing, approvers who
// decide, receivers who fill in the bank's form. They go on while everything breaks, as people do.
//
// Approvers act through the same verbs as the pages, in this process and over the same proxied database: signing in with a
// browser for each click would cost more than the faults.
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Actor, Role } from '#lib/payouts/permissions.ts'
import { noLimits } from '#lib/payouts/policy.ts'
import type { Policy } from '#lib/payouts/policy.ts'
import { approveMany as approveSet, hashOfSet } from '#lib/services/approval/approve-many.ts'
import { retryKeyOf, retryPayout } from '#lib/services/payout/retry-payout.ts'
import { deriveClientOrderId } from '#lib/services/payout/accept-request.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { cancelPayout } from '#lib/services/payout/cancel-payout.ts'
import { createApiKey } from '#lib/services/key/create-api-key.ts'
import type { Deps } from '#lib/services/ports.ts'
import { rejectPayout } from '#lib/services/approval/reject-payout.ts'
import { requestWithdrawal } from '#lib/services/payout/request-withdrawal.ts'
import { undoApproval } from '#lib/services/approval/undo-approval.ts'
import { autoApproveBelow, money, receivers, sendDelayS, twoApproversFrom } from './schedule.ts'
import type { PayoutPlan } from './schedule.ts'
import type { ItemRow, PayoutRow } from './rows.ts'
import type { SimulatorControl } from './simulator.ts'

export type Person = Extract<Actor, { kind: 'user' }>
export type People = {
  owner: Person
  approvers: [Person, Person]
  clerk: Person
  /** Who withdraw in the browser, by number. */
  receivers: Map<number, Person>
  apiKey: string
  /** A key of somebody else, by which nothing is asked for. */
  strangersKey: string
}

/** The idempotency key under which the portal knows what was planned. */
export const keyOf = (plan: PayoutPlan, people: People): string =>
  plan.source === 'api'
    ? `api:${plan.key}`
    : `form:${people.receivers.get(plan.receiver)?.id ?? ''}:${formOf(plan)}`
const formOf = ({ key }: PayoutPlan) => `form-${key}`

const operator: Actor = { kind: 'operator', name: 'fault lab' }
/** Whatever six digits: the lab's own second factor takes them (run.ts). */
const code = '123456'
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
  const clerk = await person('Clara', 'clerk')
  await person('Paul', 'clerk')
  const keyFor = async (name: string, ownerEmail: string) => {
    const made = await createApiKey(deps, operator, { name, ownerEmail })
    if (!made.ok) throw new Error(`no API key: ${made.code}`)
    return made.key
  }
  const apiKey = await keyFor('shop', 'olga@lab.example')
  const strangersKey = await keyFor('another system', 'paul@lab.example')
  await deps.policy.set(rules, 'The rules of the lab.', operator)
  await deps.settings.change(
    { requireBalance: true, requireBalanceMerchant: true, coolingOffH: 0, sendDelayS: { '*': sendDelayS } },
    operator,
  )
  for (const [currency, { granted }] of Object.entries(money))
    for (let receiver = 1; receiver <= receivers; receiver++)
      await deps.ledger.grant(
        {
          id: randomUUID(),
          receiver: receiverOf(receiver),
          currency,
          amountMinor: BigInt(granted) * 100n,
          reference: `${currency}-${receiver}`,
          idempotencyKey: null,
          source: 'operator',
        },
        operator,
      )
  const inBrowser = new Map<number, Person>()
  for (let receiver = 1; receiver <= receivers; receiver++)
    inBrowser.set(receiver, await receiverAccount(deps, receiver))
  return { owner, approvers, clerk, receivers: inBrowser, apiKey, strangersKey }
}

/** Somebody who may sign in, for a receiver that the shop has already named. */
async function receiverAccount(deps: Deps, n: number): Promise<Person> {
  const { externalId, email, firstName, lastName } = receiverOf(n)
  const id = randomUUID()
  const name = `${firstName} ${lastName}`
  const draft = { id, email, name, role: 'receiver', receiverExternalId: externalId } as const
  const user = await deps.people.createUser({ ...draft, passwordHash: null, totpSecret: null }, operator)
  if (user === 'email_taken') throw new Error(`two accounts of ${email}`)
  return { kind: 'user', id, role: 'receiver', name, receiverId: user.receiverId }
}

const rules: Policy = {
  currencies: Object.fromEntries(
    Object.entries(money).map(([currency, { dayMax }]) => [
      currency,
      {
        autoApprove: { below: currency === 'EUR' ? String(autoApproveBelow) : '0', sources: ['api'] },
        rules: [{ name: 'Much', source: 'any', from: String(twoApproversFrom), approvers: 2 }],
        limits: { ...noLimits, receiverDay: dayMax === null ? null : String(dayMax) },
      },
    ]),
  ),
  risk: {},
}

/** What callers were told: checked against the database at the end. */
export type Told = {
  /** Ids that a 200 or 201 named, by plan. */
  ids: Map<number, Set<string>>
  /** Plans that a limit or a balance did not allow, with the code of the answer. */
  refused: Map<number, string>
  /** Answers that should not have been given. */
  wrong: string[]
}

/** Has the caller of this plan an answer that says something? */
export const isAnswered = (told: Told, plan: number) => told.ids.has(plan) || told.refused.has(plan)

/** Refusals that are nobody's mistake. */
const honest = ['limit_exceeded', 'insufficient_balance']

export type Shop = {
  ask: (plan: PayoutPlan) => Promise<void>
  /** As whoever asked for it: by the shop's key, or as the receiver in the browser. */
  cancel: (payout: PayoutRow) => Promise<void>
  /** With a key that the payout did not come by; true once it was answered. */
  cancelAsStranger: (payout: PayoutRow) => Promise<boolean>
}

/** `givenUp` ends the asking again when the run is over. */
export function createShop(
  deps: Deps,
  appUrl: string,
  people: People,
  told: Told,
  givenUp: AbortSignal,
): Shop {
  const post = async (
    path: string,
    key: string | null,
    body: unknown,
    hangUpMs?: number,
    apiKey = people.apiKey,
  ) => {
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
        if (honest.includes(body.code ?? '')) {
          told.refused.set(plan.n, body.code ?? '')
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
  const withdraw = (plan: PayoutPlan, amount: string) => {
    const receiver = people.receivers.get(plan.receiver)
    if (!receiver) throw new Error(`no receiver ${plan.receiver}`)
    const { currency, account } = plan
    return requestWithdrawal(deps, receiver, {
      formId: formOf(plan),
      amount,
      currency,
      destination: { account_number: account, bank_name: 'Lab Bank' },
      description: `plan ${plan.n}`,
      ipAddress: null,
    })
  }
  const withdrawUntilToldSomething = async (plan: PayoutPlan) => {
    while (!givenUp.aborted) {
      const answer = await withdraw(plan, plan.amount).catch(() => null)
      if (answer?.ok) told.ids.set(plan.n, (told.ids.get(plan.n) ?? new Set()).add(answer.payoutId))
      else if (answer && honest.includes(answer.code)) told.refused.set(plan.n, answer.code)
      else if (answer) told.wrong.push(`withdrawal ${plan.n} was refused: ${answer.code}`)
      if (answer) return
      await sleep(againAfterMs)
    }
  }
  return {
    async ask(plan) {
      if (plan.source === 'browser') {
        // Pressed so often at the same moment.
        await Promise.all(Array.from({ length: plan.copies }, () => withdrawUntilToldSomething(plan)))
        if (!plan.otherBody || !told.ids.has(plan.n)) return
        const other = await withdraw(plan, '999.00').catch(() => null)
        if (other && (other.ok || other.code !== 'form_reused'))
          told.wrong.push(`the form of payout ${plan.n} was taken for another amount`)
        return
      }
      const copies = Array.from({ length: plan.copies }, (_, n) =>
        untilToldSomething(plan, n === 0 ? plan.hangUpMs : null),
      )
      await Promise.all(copies)
      // A refused request uses no key up, so nothing is to be seen by using it again.
      if (!plan.otherBody || !told.ids.has(plan.n)) return
      const other = await post('payouts', plan.key, { ...requestOf(plan), amount: '999.00' }).catch(
        () => null,
      )
      if (other && other.status < 500 && other.status !== 422)
        told.wrong.push(`the key of payout ${plan.n} was taken for another body: ${other.status}`)
    },
    async cancel({ id, apiKeyId, plan, receiver }) {
      const inBrowser = [...people.receivers].find(([n]) => receiverOf(n).externalId === receiver)?.[1]
      for (let attempt = 0; attempt < 5; attempt++) {
        if (apiKeyId === null) {
          if (!inBrowser) throw new Error(`nobody signs in for payout ${plan}`)
          if (await cancelPayout(deps, inBrowser, { id }).catch(() => null)) return
          await sleep(againAfterMs)
          continue
        }
        const answer = await post(`payouts/${id}/cancel`, null, {}).catch(() => null)
        if (answer && answer.status < 500) return
        await sleep(againAfterMs)
      }
    },
    async cancelAsStranger({ id, plan, apiKeyId }) {
      // What came through no key is nobody's, also for the shop's own.
      const key = apiKeyId === null ? people.apiKey : people.strangersKey
      const answer = await post(`payouts/${id}/cancel`, null, {}, undefined, key).catch(() => null)
      if (!answer || answer.status >= 500) return false
      if (answer.status !== 404)
        told.wrong.push(`a key of somebody else got ${answer.status} for cancelling payout ${plan}`)
      return true
    },
  }
}

function requestOf(plan: PayoutPlan) {
  return {
    amount: plan.amount,
    currency: plan.currency,
    receiver: receiverOf(plan.receiver),
    destination: { account_number: plan.account, bank_name: 'Lab Bank' },
    metadata: { plan: plan.n },
  }
}

const receiverOf = (n: number) => ({
  externalId: `receiver-${n}`,
  email: `receiver-${n}@lab.example`,
  firstName: 'Rita',
  lastName: `Receiver ${n}`,
})

/** What was asked for again is approved at once: its first payout has had the trouble that was planned. */
const decisionOn = ({ replacesId }: PayoutRow, { decision }: PayoutPlan): PayoutPlan['decision'] =>
  replacesId === null ? decision : { kind: 'approve', afterMs: 0 }
/** Looks at which a clerk tries; then it is left as it is. */
const attemptsToAskAgain = 5

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
