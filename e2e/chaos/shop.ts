// Who asks for payouts: a shop over HTTP and receivers in the browser. They ask again when they hear nothing, as people do.
import { setTimeout as sleep } from 'node:timers/promises'
import { cancelPayout } from '#lib/services/payout/cancel-payout.ts'
import type { Deps } from '#lib/services/ports.ts'
import { requestWithdrawal } from '#lib/services/payout/request-withdrawal.ts'
import type { PayoutPlan } from './schedule.ts'
import type { PayoutRow } from './rows.ts'
import { receiverOf } from './people.ts'
import type { People } from './people.ts'

const requestTimeoutMs = 6000
/** A shop that heard nothing asks again this soon. */
const againAfterMs = 150

/** The idempotency key under which the portal knows what was planned. */
export const keyOf = (plan: PayoutPlan, people: People): string =>
  plan.source === 'api'
    ? `api:${plan.key}`
    : `form:${people.receivers.get(plan.receiver)?.id ?? ''}:${formOf(plan)}`
const formOf = ({ key }: PayoutPlan) => `form-${key}`

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
  /** As the one who asked for it: by the shop's key, or as the receiver in the browser. */
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
