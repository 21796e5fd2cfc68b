/** Addresses of the list of payouts behind a bar. The names are the list's own (app/desk/payouts/filter.ts). */
import type { PayoutStatus } from '#lib/payouts/transitions.ts'

export type Rows = {
  currency: string
  statuses?: readonly PayoutStatus[]
  /** Days, both included, in this zone. */
  from?: string | null
  to?: string
  zone: string
  code?: string
  approver?: string
}

export function rowsPath({ currency, statuses = [], from, to, zone, code, approver }: Rows): string {
  const query = new URLSearchParams()
  for (const status of statuses) query.append('status', status)
  const texts = { currency, from, to, code, approver, ...((from ?? to) != null && { zone }) }
  for (const [name, text] of Object.entries(texts)) if (text != null) query.set(name, text)
  return `/desk/payouts?${query.toString()}`
}
