import Link from 'next/link'
import type { ReactNode } from 'react'
import { displayAmount } from '#lib/payouts/money.ts'
import type { Words } from '#lib/words/words.ts'
import { Amount } from './amount.tsx'
import { Time } from './time.tsx'

/** Rows of money, each with its link; `href` null: it has no page. */
export type MoneyRow = {
  key: string
  title: ReactNode
  at: Date
  amountMinor: bigint
  currency: string
  href: string | null
  note?: ReactNode
}

export function MoneyRows({ rows, empty }: { rows: readonly MoneyRow[]; empty: string }) {
  if (rows.length === 0) return <p className="text-[0.9375rem] text-ink-2">{empty}</p>
  return (
    <ul className="divide-y divide-line">
      {rows.map((row) => (
        <li
          key={row.key}
          className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-0.5 py-3 first:pt-0"
        >
          <div className="min-w-0">
            <span>
              {row.href === null ? (
                <span className="break-words">{row.title}</span>
              ) : (
                <Link
                  href={row.href}
                  prefetch={false}
                  className="text-link inline-flex min-h-11 items-center break-words sm:min-h-6"
                >
                  {row.title}
                </Link>
              )}
            </span>
            <p className="text-sm text-ink-3">
              <Time at={row.at} />
            </p>
            {row.note}
          </div>
          <p className="ml-auto text-right">
            <Amount display={displayAmount(row.amountMinor, row.currency)} />
          </p>
        </li>
      ))}
    </ul>
  )
}

/** What a movement does to the available number. */
const signs = { grant: 1n, grant_reversal: -1n, reserve: -1n, release: 1n, capture: 0n } as const

type Transfer = {
  id: bigint
  at: Date
  kind: keyof typeof signs
  currency: string
  amountMinor: bigint
  payoutId: string | null
  reference: string | null
}

/** The movements that add up to the available number. */
export function movementRows(
  t: Words<'balance'>,
  transfers: readonly Transfer[],
  currency: string,
  hrefOf: (payoutId: string) => string | null,
): MoneyRow[] {
  return transfers
    .filter((one) => one.currency === currency && signs[one.kind] !== 0n)
    .map(({ id, at, kind, amountMinor, payoutId, reference }) => ({
      key: String(id),
      title: (
        <span>
          {t(`movement.${kind}`)}
          <span>
            {reference !== null && (
              <>
                : <bdi>{reference}</bdi>
              </>
            )}
          </span>
        </span>
      ),
      at,
      amountMinor: amountMinor * signs[kind],
      currency,
      href: payoutId === null ? null : hrefOf(payoutId),
    }))
}
