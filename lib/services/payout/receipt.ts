/** Receipts of paid payouts, and the code by which anyone can check one. */
import { createHmac } from 'node:crypto'
import { displayAmount, parseAmount } from '#lib/payouts/money.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Config, Deps, Payout } from '#lib/services/ports.ts'
import { isSigned } from '#lib/services/seal/link-secrets.ts'
import type { LinkSecrets } from '#lib/services/seal/link-secrets.ts'
import { hashToken } from './links.ts'

export type Receipt = {
  /** "1,234.50 EUR". */
  displayAmount: string
  bankName: string | null
  accountLast4: string | null
  requestedAt: Date
  paidAt: Date
  /** Ours, by which the receipt is checked. */
  reference: string
  /** Cardzo's; null if people settled it without one. */
  orderId: string | null
  /** "7K3M-9QX2-V4TB". */
  code: string
}

/** What a checked receipt says, and no more. */
export type CheckedReceipt = Pick<Receipt, 'displayAmount' | 'accountLast4' | 'paidAt'>

/** Crockford's: no letter that looks like a figure. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** 60 bits: nobody guesses one at thirty tries a minute. Nothing is stored; the code follows from what the receipt says. */
export function receiptCode(
  config: Pick<Config, 'linkSecret'>,
  payout: Pick<Payout, 'id' | 'amountMinor' | 'currency' | 'accountLast4' | 'finalAt'>,
): string {
  const says = [
    payout.id,
    payout.amountMinor.toString(),
    payout.currency,
    payout.accountLast4 ?? '',
    payout.finalAt?.toISOString() ?? '',
  ]
  const digest = createHmac('sha256', config.linkSecret)
    .update(`receipt:${JSON.stringify(says)}`)
    .digest()
  const signs = [...digest.subarray(0, 12)].map((byte) => alphabet[byte % 32] ?? '')
  return [signs.slice(0, 4), signs.slice(4, 8), signs.slice(8)].map((part) => part.join('')).join('-')
}

/** The page that checks this receipt, filled in. */
export const checkUrlOf = (
  { appUrl }: Pick<Config, 'appUrl'>,
  { reference, code }: Pick<Receipt, 'reference' | 'code'>,
): string => `${appUrl}/verify?${new URLSearchParams({ reference, code }).toString()}`

/** The receipt of the payout that a status link opens. None unless it was paid, and Cardzo paid what we asked. */
export async function showReceipt(
  deps: Pick<Deps, 'payouts' | 'config'>,
  token: string,
): Promise<{ ok: true; receipt: Receipt } | Refusal<'not_found'>> {
  if (!/^[A-Za-z0-9_-]{20,128}$/.test(token)) return refuse('not_found')
  const link = await deps.payouts.findForLink(hashToken(token))
  const payout = link && (await deps.payouts.find(link.payout.id))
  if (!payout || !hasReceipt(payout)) return refuse('not_found')
  return {
    ok: true,
    receipt: {
      displayAmount: displayAmount(payout.amountMinor, payout.currency),
      bankName: payout.destination['bank_name'] ?? null,
      accountLast4: payout.accountLast4,
      requestedAt: payout.createdAt,
      paidAt: payout.finalAt,
      reference: payout.clientOrderId,
      orderId: payout.orderId,
      code: receiptCode(deps.config, payout),
    },
  }
}

/**
 * Does this code belong to the receipt with this reference? `ip` limits how often one address may try. An unknown reference and a wrong
 * code get the same answer.
 */
export async function checkReceipt(
  deps: Pick<Deps, 'payouts' | 'config' | 'rateLimit'>,
  { reference, code, ip }: { reference: string; code: string; ip: string | null },
): Promise<{ ok: true; receipt: CheckedReceipt } | Refusal<'not_found' | 'rate_limited'>> {
  if (!(await deps.rateLimit('receipt', `ip:${ip ?? 'unknown'}`))) return refuse('rate_limited')
  const name = reference.trim().toLowerCase()
  const payout = /^po-[a-z2-7]{32}$/.test(name) ? await deps.payouts.findByClientOrderId(name) : null
  if (!payout || !hasReceipt(payout) || !isCodeOf(deps.config, payout, code)) return refuse('not_found')
  return {
    ok: true,
    receipt: {
      displayAmount: displayAmount(payout.amountMinor, payout.currency),
      accountLast4: payout.accountLast4,
      paidAt: payout.finalAt,
    },
  }
}

function hasReceipt(payout: Payout): payout is Payout & { finalAt: Date } {
  if (payout.status !== 'paid' || payout.finalAt === null) return false
  const { gatewayAmount, gatewayCurrency } = payout
  if (gatewayCurrency !== null && gatewayCurrency !== payout.currency) return false
  if (gatewayAmount === null) return true
  const paid = parseAmount(gatewayAmount, payout.currency)
  return paid.ok && paid.amountMinor === payout.amountMinor
}

/** As people type it: any case, with or without hyphens, O for 0 and I or L for 1. */
const tidyCode = (code: string) =>
  code
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1')

const isCodeOf = (config: LinkSecrets, payout: Parameters<typeof receiptCode>[1], given: string): boolean =>
  isSigned(config, tidyCode(given).slice(0, 64), (linkSecret) =>
    tidyCode(receiptCode({ linkSecret }, payout)),
  )
