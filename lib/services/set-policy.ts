import { amountProblemText, formatAmount, parseAmount } from '#lib/payouts/money.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps } from './ports.ts'

/** Auto-approval strictly below an amount in decimal major units of its currency; zero means never. */
export async function setPolicy(
  deps: Deps,
  actor: Actor,
  input: { currency: string; autoApproveBelow: string },
): Promise<
  | { ok: true; policy: { currency: string; autoApproveBelow: string } }
  | Refusal<'forbidden' | 'invalid_request'>
> {
  if (!may(actor, 'policy.manage')) return refuse('forbidden')
  const { currency } = input
  if (!deps.config.currencies.includes(currency))
    return refuse('invalid_request', {
      errors: [{ path: 'currency', message: `Must be one of ${deps.config.currencies.join(', ')}.` }],
    })
  const isZero = /^0+(\.0+)?$/.test(input.autoApproveBelow)
  const amount = isZero
    ? { ok: true as const, amountMinor: 0n }
    : parseAmount(input.autoApproveBelow, currency)
  if (!amount.ok)
    return refuse('invalid_request', {
      errors: [{ path: 'autoApproveBelow', message: amountProblemText[amount.problem] }],
    })
  await deps.settings.setAutoApproveBelow(currency, amount.amountMinor, actor)
  return { ok: true, policy: { currency, autoApproveBelow: formatAmount(amount.amountMinor, currency) } }
}
