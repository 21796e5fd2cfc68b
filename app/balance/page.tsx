import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
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
import type { Words } from '#lib/words/words.ts'
import { OwnLimits } from './own-limits.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('balance')
  return { title: t('title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }
type Shown = Extract<Awaited<ReturnType<typeof showBalance>>, { ok: true }>

/** The equation of each currency, with the list behind the number that was pressed. */
export default async function BalancePage({ searchParams }: Props) {
  const actor = await requireActor('balance.see_own')
  const t = await getTranslations('balance')
  const query = await searchParams
  const balance = shown(await showBalance(await getDeps(), actor))
  const open = balanceParts.find((part) => part === query['show']) ?? null
  return (
    <Page>
      <div className="flex flex-wrap items-start justify-between gap-x-6">
        <PageTitle lead={t('lead')}>{t('title')}</PageTitle>
        <div className="mb-6">
          <ButtonLink href="/withdraw?to=default">{t('withdraw')}</ButtonLink>
        </div>
      </div>
      {balance.balances.length === 0 ? (
        <Empty title={t('emptyTitle')}>
          <p>{balance.needsBalance ? t('emptyWait') : t('emptyFree')}</p>
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
                  <h3 className="mb-3 font-medium">{t(`behind.${open}`)}</h3>
                  <MoneyRows rows={rowsOf[open](t, balance, one.currency)} empty={t('nothing')} />
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

const rowsOf = {
  granted: (t, { grants }, currency) =>
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
            <p className="text-sm text-warn">{t('takenBack')}</p>
          ),
      })),
  paid: (t, { paid }, currency) => payoutRows(t, paid, currency),
  reserved: (t, { reserved }, currency) => payoutRows(t, reserved, currency),
  available: (t, { transfers, reserved, paid }, currency) => {
    const paths = new Map([...reserved, ...paid].map(({ payout, statusPath }) => [payout.id, statusPath]))
    return movementRows(t, transfers, currency, (id) => paths.get(id) ?? '/withdrawals')
  },
} as const satisfies Record<
  BalancePart,
  (t: Words<'balance'>, balance: Shown, currency: string) => MoneyRow[]
>

function payoutRows(t: Words<'balance'>, payouts: readonly OwnPayout[], currency: string): MoneyRow[] {
  return payouts
    .filter(({ payout }) => payout.currency === currency)
    .map(({ payout, statusPath }) => ({
      key: payout.id,
      title: t('viewStatus'),
      at: payout.createdAt,
      amountMinor: payout.amountMinor,
      currency,
      href: statusPath,
      note: <StatusBadge status={payout.status} />,
    }))
}
