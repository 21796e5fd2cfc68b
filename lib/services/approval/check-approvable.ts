/** Is anybody left who can approve what waits? A payout that nobody can approve is an open item until somebody can again. */
import { displayAmount } from '#lib/payouts/money.ts'
import { rolesNobodyHas, shortOf, whoMayApprove } from '#lib/payouts/who-may-approve.ts'
import type { ApproverAccount, OpenPayout } from '#lib/payouts/who-may-approve.ts'
import type { Deps, ItemDraft, Payout } from '#lib/services/ports.ts'
import { approverAccounts, openPayouts } from './left-to-approve.ts'

/**
 * Looks at everything that awaits approval. The worker runs it about once a minute, and it runs at once after somebody has left; any
 * number may run at a time. Returns how many items it opened and closed.
 */
export async function checkApprovable(
  deps: Pick<Deps, 'access' | 'approvals' | 'items' | 'payouts' | 'people' | 'policy'>,
): Promise<{ opened: number; closed: number }> {
  const accounts = await approverAccounts(deps)
  const items = (await deps.items.list()).filter(({ kind }) => kind === 'approval_blocked')
  const standing = new Map(items.map(({ payoutId, why }) => [payoutId, why]))
  const blocked = new Set<string>()
  let opened = 0
  for await (const { payout, open } of openPayouts(deps, ['awaiting_approval'])) {
    if (shortOf(accounts, open) === 0) continue
    blocked.add(payout.id)
    const item = blockedItem(accounts, payout, open)
    // The same as a minute ago is no news.
    if (standing.get(payout.id) === item.why) continue
    await deps.items.open(item, payout.id)
    opened++
  }
  const over = [...standing.keys()].filter((id) => id !== null && !blocked.has(id))
  for (const payoutId of over)
    if (payoutId !== null)
      await deps.items.closeByKind(
        'approval_blocked',
        payoutId,
        'Enough people can approve it, or it waits no longer.',
      )
  return { opened, closed: over.length }
}

function blockedItem(accounts: readonly ApproverAccount[], payout: Payout, open: OpenPayout): ItemDraft {
  const left = whoMayApprove(accounts, open).length
  const still = Math.max(0, open.needed - open.given.length)
  const roles = rolesNobodyHas(accounts, open)
  const amount = displayAmount(payout.amountMinor, payout.currency)
  const why = open.beyondDayLimit
    ? `${amount} is more than one approver may approve on one day, by the policy it started with. An approver can reject it; it can be asked for in parts, or again once two administrators have raised that limit.`
    : roles.length > 0
      ? `A rule asks that one approver is also ${roles.join(' and ')}, and nobody who may approve it is. An administrator can link the accounts of such a person; an approver can reject it. Otherwise it expires.`
      : `It still needs ${still} more ${still === 1 ? 'approval' : 'approvals'}, and ${left} can be asked: who asked for it, entered it or is paid may not. An administrator can give another person the role of an approver; an approver can reject it. Otherwise it expires.`
  return {
    kind: 'approval_blocked',
    severity: 'warning',
    what: 'Nobody is left who may approve this payout',
    why,
    said: why,
    data: { needed: open.needed, given: open.given.length, left, ...(roles.length > 0 && { roles }) },
  }
}
