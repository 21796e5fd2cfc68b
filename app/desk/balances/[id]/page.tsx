import { currenciesPaid } from '#lib/services/endpoint/endpoint-book.ts'
import type { Metadata } from 'next'
import { BackLink } from '#app/_ui/page/back-link.tsx'
import { useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { DoneAlert } from '#app/_ui/alert.tsx'
import { Card, Empty, Page, PageTitle, Section } from '#app/_ui/card.tsx'
import { Equation, NotYetPayable, PayableFrom } from '#app/_ui/equation.tsx'
import type { BalancePart } from '#app/_ui/equation.tsx'
import { MoneyRows, movementRows } from '#app/_ui/movements.tsx'
import { TextLink } from '#app/_ui/text-link.tsx'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { may } from '#lib/payouts/permissions.ts'
import { receiverName } from '#lib/payouts/receiver-name.ts'
import { openStatuses } from '#lib/payouts/transitions.ts'
import { showReceiverBalances } from '#lib/services/balance/show-balances.ts'
import { pathOf } from '#app/desk/payouts/filter.ts'
import { GrantForm } from '#app/desk/balances/grant-form.tsx'
import { ReverseForm } from '#app/desk/balances/reverse-form.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('balances')
  return { title: t('ofReceiver') }
}

type Props = {
  params: Promise<{ id: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}
type Shown = Extract<Awaited<ReturnType<typeof showReceiverBalances>>, { ok: true }>

/** One receiver's balances, with every grant and movement behind them. */
export default async function ReceiverBalancePage({ params, searchParams }: Props) {
  const actor = await requireActor('balance.see_all')
  const deps = await getDeps()
  const { id } = await params
  const { granted } = await searchParams
  const found = shown(await showReceiverBalances(deps, actor, { receiverId: id }))
  const { receiver, balances } = found
  const [t, words] = [await getTranslations('balances'), await getTranslations('balance')]
  return (
    <Page wide>
      <SendingNotices actor={actor} />
      <BackLink href="/desk/balances">{t('all')}</BackLink>
      <PageTitle
        lead={
          <span className="break-all">
            <bdi>{receiver.externalId}</bdi>
          </span>
        }
      >
        <span className="break-words">
          <bdi>{receiverName(receiver)}</bdi>
        </span>
      </PageTitle>
      {may(actor, 'receiver.change') && (
        <p className="-mt-4 mb-6">
          <TextLink href={`/desk/receivers/${receiver.id}/change`}>{t('changeReceiver')}</TextLink>
        </p>
      )}
      {typeof granted === 'string' && (
        <DoneAlert
          tone={granted === 'now' ? 'good' : 'info'}
          title={granted === 'now' ? t('grantedNow') : t('grantedBefore')}
        />
      )}
      {balances.length === 0 ? (
        <Empty title={t('nothingGranted')} />
      ) : (
        <div className="space-y-4">
          {balances.map((one) => (
            <Card key={one.currency}>
              <h2 className="mb-2 font-semibold">{one.currency}</h2>
              <Equation
                balance={one}
                open={null}
                hrefOf={(part) => behind(part, receiver.externalId, one.currency)}
              />
              <NotYetPayable balance={one} />
            </Card>
          ))}
        </div>
      )}
      <Section id="grants" title={t('grants')}>
        <BrowserWords areas={['balances']}>
          <Grants found={found} reverses={may(actor, 'balance.reverse')} />
        </BrowserWords>
      </Section>
      {balances.map(({ currency }) => (
        <Section key={currency} id={`movements-${currency}`} title={t('activity', { currency })}>
          <Card>
            <MoneyRows
              rows={movementRows(words, found.transfers, currency, (payoutId) => `/desk/payouts/${payoutId}`)}
              empty={t('noActivity')}
            />
          </Card>
        </Section>
      ))}
      {may(actor, 'balance.grant') && (
        <Section id="grant" title={t('grant')}>
          <Card className="max-w-xl">
            <BrowserWords areas={['balances']}>
              <GrantForm currencies={await currenciesPaid(deps)} externalId={receiver.externalId} />
            </BrowserWords>
          </Card>
        </Section>
      )}
    </Page>
  )
}

/** The payouts or grants behind a number. */
function behind(part: BalancePart, externalId: string, currency: string): string {
  switch (part) {
    case 'granted':
      return '#grants'
    case 'available':
      return `#movements-${currency}`
    case 'paid':
      return pathOf({ statuses: ['paid'], search: externalId })
    case 'reserved':
      return pathOf({ statuses: [...openStatuses], search: externalId })
  }
}

function Grants({ found: { grants }, reverses }: { found: Shown; reverses: boolean }) {
  const t = useTranslations('balances')
  return (
    <Card>
      <MoneyRows
        empty={t('noGrants')}
        rows={grants.map((grant) => ({
          key: grant.id,
          title: <bdi>{grant.reference}</bdi>,
          at: grant.createdAt,
          amountMinor: grant.amountMinor,
          currency: grant.currency,
          href: null,
          note: (
            <>
              <p className="text-sm text-ink-2">
                {t.rich('by', { name: () => <bdi>{grant.actorName}</bdi> })}
              </p>
              <PayableFrom grant={grant} />
              {grant.reversedAt !== null ? (
                <p className="text-sm text-warn">{t('takenBack')}</p>
              ) : (
                reverses && <ReverseForm id={grant.id} reference={grant.reference} />
              )}
            </>
          ),
        }))}
      />
    </Card>
  )
}
