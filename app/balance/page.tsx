import type { Metadata } from 'next'
import { StatusBadge } from '#app/_ui/badge.tsx'
import { ButtonLink } from '#app/_ui/button.tsx'
import { Card, Empty, Page, PageTitle, Section } from '#app/_ui/card.tsx'
import { Equation, NotYetPayable, PayableFrom, balanceParts } from '#app/_ui/equation.tsx'
import type { BalancePart } from '#app/_ui/equation.tsx'
import { MoneyRows, movementRows } from '#app/_ui/movements.tsx'
import type { MoneyRow } from '#app/_ui/movements.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { showBalance } from '#lib/services/balance/show-balance.ts'
import type { OwnPayout } from '#lib/services/balance/show-balance.ts'
import { OwnLimits } from './own-limits.tsx'

export const metadata: Metadata = { title: 'My balance' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }
type Shown = Extract<Awaited<ReturnType<typeof showBalance>>, { ok: true }>

/** The equation of each currency, with the list behind the number that was pressed. */
export default async function BalancePage({ searchParams }: Props) {
  const actor = await requireActor('balance.see_own')
  const query = await searchParams
  const balance = shown(await showBalance(await getDeps(), actor))
  const open = balanceParts.find((part) => part === query['show']) ?? null
  return (
    <Page>
      <div className="flex flex-wrap items-start justify-between gap-x-6">
        <PageTitle lead="What you were granted, and where each part of it is.">My balance</PageTitle>
        <ButtonLink href="/withdraw">Withdraw</ButtonLink>
      </div>
      {balance.balances.length === 0 ? (
        <Empty title="Nothing was granted to you yet">
          <p>
            {balance.needsBalance
              ? 'As soon as something is, you see it here and can ask for it.'
              : 'You can ask for a withdrawal all the same.'}
          </p>
        </Empty>
      ) : (
        balance.balances.map((one) => (
          <Section key={one.currency} id={`in-${one.currency}`} title={one.currency}>
            <Card>
              <Equation
                balance={one}
                open={query['currency'] === one.currency ? open : null}
                hrefOf={(part) => `/balance?currency=${one.currency}&show=${part}#in-${one.currency}`}
              />
              <NotYetPayable balance={one} />
              {query['currency'] === one.currency && open !== null && (
                <div className="mt-5 border-t border-line pt-5">
                  <h3 className="mb-3 font-medium">{titles[open]}</h3>
                  <MoneyRows rows={rowsOf[open](balance, one.currency)} empty="Nothing." />
                </div>
              )}
            </Card>
          </Section>
        ))
      )}
      <OwnLimits limits={balance.limits} />
    </Page>
  )
}

const titles = {
  granted: 'What was granted',
  paid: 'What was paid',
  reserved: 'Set aside for withdrawals that are on their way',
  available: 'What came and went',
} as const satisfies Record<BalancePart, string>

const rowsOf = {
  granted: ({ grants }, currency) =>
    grants
      .filter((grant) => grant.currency === currency)
      .map((grant) => ({
        key: grant.id,
        title: <bdi>{grant.reference}</bdi>,
        at: grant.createdAt,
        amountMinor: grant.amountMinor,
        currency,
        href: null,
        note:
          grant.reversedAt === null ? (
            <PayableFrom grant={grant} />
          ) : (
            <p className="text-sm text-warn">Was taken back.</p>
          ),
      })),
  paid: ({ paid }, currency) => payoutRows(paid, currency),
  reserved: ({ reserved }, currency) => payoutRows(reserved, currency),
  available: ({ transfers, reserved, paid }, currency) => {
    const paths = new Map([...reserved, ...paid].map(({ payout, statusPath }) => [payout.id, statusPath]))
    return movementRows(transfers, currency, (id) => paths.get(id) ?? '/withdrawals')
  },
} as const satisfies Record<BalancePart, (balance: Shown, currency: string) => MoneyRow[]>

function payoutRows(payouts: readonly OwnPayout[], currency: string): MoneyRow[] {
  return payouts
    .filter(({ payout }) => payout.currency === currency)
    .map(({ payout, statusPath }) => ({
      key: payout.id,
      title: 'See the status',
      at: payout.createdAt,
      amountMinor: payout.amountMinor,
      currency,
      href: statusPath,
      note: <StatusBadge status={payout.status} />,
    }))
}
