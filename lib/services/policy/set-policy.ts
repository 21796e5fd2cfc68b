import { currenciesPaid } from '#lib/services/endpoint/endpoint-book.ts'
import { amountProblem, formatAmount, parseAmount } from '#lib/payouts/money.ts'
import { currencyPolicy, readDecimal } from '#lib/payouts/policy.ts'
import type { Policy } from '#lib/payouts/policy.ts'
import { policyDifference } from '#lib/payouts/policy-facts.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps } from '#lib/services/ports.ts'
import { toldOfPolicy } from './propose-policy.ts'

/**
 * Sets automatic approval strictly below an amount, in decimal major units of its currency; zero means never. `autoApproveDayCap` is the
 * most that is approved this way in one day; zero removes the cap, absent keeps it. In force at once before the first admin exists; from
 * then on it is a proposal, for an admin to confirm.
 */
export async function setPolicy(
  deps: Deps,
  actor: Actor,
  input: { currency: string; autoApproveBelow: string; autoApproveDayCap?: string },
): Promise<
  | {
      ok: true
      policy: {
        currency: string
        autoApproveBelow: string
        autoApproveDayCap?: string
        version: number
        state: 'active' | 'proposed'
      }
    }
  | Refusal<'forbidden' | 'invalid_request' | 'proposal_waits'>
> {
  if (actor.kind !== 'operator' || !may(actor, 'policy.manage')) return refuse('forbidden')
  const { currency } = input
  const currencies = await currenciesPaid(deps)
  if (!currencies.includes(currency))
    return refuse('invalid_request', {
      errors: [{ path: 'currency', message: `Must be one of ${currencies.join(', ')}.` }],
    })
  const isZero = /^0+(\.0+)?$/.test(input.autoApproveBelow)
  const amount = isZero
    ? { ok: true as const, amountMinor: 0n }
    : parseAmount(input.autoApproveBelow, currency)
  if (!amount.ok)
    return refuse('invalid_request', {
      errors: [
        {
          path: 'autoApproveBelow',
          said: amountProblem(amount.problem, input.autoApproveBelow, currency),
        },
      ],
    })
  const autoApproveBelow = formatAmount(amount.amountMinor, currency)
  const cap = readCap(input.autoApproveDayCap, currency)
  if (!cap.ok)
    return refuse('invalid_request', { errors: [{ path: 'autoApproveDayCap', message: cap.message }] })
  const { body, version } = await deps.policy.active()
  const own = currencyPolicy(body, currency)
  const changed: Policy = {
    ...body,
    currencies: {
      ...body.currencies,
      [currency]: { ...own, autoApprove: { ...own.autoApprove, below: autoApproveBelow, ...cap.set } },
    },
  }
  const dayCap = changed.currencies[currency]?.autoApprove.dayCap
  const told = { currency, autoApproveBelow, ...(dayCap != null && { autoApproveDayCap: dayCap }) }
  if (await deps.policy.proposal()) return refuse('proposal_waits')
  // Scripts set the same again and again: that makes no new version for an admin to confirm.
  if (policyDifference(body, changed).length === 0)
    return { ok: true, policy: { ...told, version, state: 'active' } }
  const reason = `Automatic approval below ${autoApproveBelow} ${currency}.`
  const users = await deps.people.listUsers()
  const hasAdmin = users.some(({ role, disabledAt }) => role === 'admin' && disabledAt === null)
  const saved = hasAdmin
    ? await deps.policy.propose(changed, reason, actor, (made) => toldOfPolicy(deps, actor, made))
    : await deps.policy.set(changed, reason, actor)
  if (saved === 'already_proposed') return refuse('proposal_waits')
  const state = saved.active ? 'active' : 'proposed'
  return { ok: true, policy: { ...told, version: saved.version, state } }
}

/** Limits add many payouts up, so a cap may be larger than one amount. */
function readCap(
  text: string | undefined,
  currency: string,
): { ok: true; set: { dayCap?: string | null } } | { ok: false; message: string } {
  if (text === undefined) return { ok: true, set: {} }
  const read = readDecimal(text, currency)
  if (!read.ok) return { ok: false, message: 'Must be a decimal amount of this currency, or 0 for no cap.' }
  return { ok: true, set: { dayCap: read.minor === 0n ? null : formatAmount(read.minor, currency) } }
}
