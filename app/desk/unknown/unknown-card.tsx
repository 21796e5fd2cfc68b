import { useTranslations } from 'next-intl'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { Alert } from '#app/_ui/alert.tsx'
import { Account, Amount } from '#app/_ui/amount.tsx'
import { Card } from '#app/_ui/card.tsx'
import { CopyText } from '#app/_ui/copy-text.tsx'
import { Fact, Facts } from '#app/_ui/facts.tsx'
import { Foreign } from '#app/_ui/foreign.tsx'
import { Age, Time } from '#app/_ui/time.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import type { UnknownPayout } from '#lib/services/settlement/show-unknown.ts'
import { ItemDetails } from '#app/desk/_items/item-says.tsx'
import { AskNowForm } from '#app/desk/_ui/ask-now-form.tsx'
import { receiverName } from '#lib/payouts/receiver-name.ts'
import { Evidence } from './evidence.tsx'
import { WaysOut } from './ways-out.tsx'

export function UnknownCard({
  one,
  actorId,
  mayAsk,
}: {
  one: UnknownPayout
  actorId: string
  mayAsk: boolean
}) {
  const t = useTranslations('unknown')
  const { payout, support, item } = one
  const name = receiverName(payout.receiver)
  return (
    <li id={payout.id} className="scroll-mt-6">
      <Card>
        <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
          <h2 className="text-2xl tracking-tight">
            <Amount display={displayAmount(payout.amountMinor, payout.currency)} />
            <span className="ml-2 text-base text-ink-2">
              {t.rich('to', { name: () => <bdi>{name}</bdi> })}
            </span>
          </h2>
          <p className="text-sm text-ink-2">
            {t.rich('since', { age: () => <Age at={payout.stageSince} /> })}
          </p>
        </div>
        <p className="mt-1 text-[0.9375rem] text-ink-2">
          <span>{t.rich('account', { account: () => <Account last4={payout.accountLast4} /> })}</span> ·{' '}
          <Link href={`/desk/payouts/${payout.id}`} prefetch={false} className="text-link">
            {t('viewPayout')}
          </Link>
        </p>
        {item && <ItemDetails item={item} />}
        <CallbackSays one={one} />
        <div className="mt-6">
          <Part title={t('part.evidence')}>
            <Evidence known={one.known} />
          </Part>
        </div>
        <div className="mt-8 grid gap-x-10 gap-y-8 lg:grid-cols-2">
          <div className="min-w-0 space-y-8">
            <Part title={t('part.cardzo')}>
              <CardzoFacts one={one} />
              {mayAsk && (
                <div className="mt-4">
                  <AskNowForm
                    id={payout.id}
                    what={<>{t.rich('about', { name: () => <bdi>{name}</bdi> })}</>}
                  />
                </div>
              )}
            </Part>
            <Part title={t('part.resolve')}>
              <WaysOut one={one} actorId={actorId} />
            </Part>
          </div>
          <div className="min-w-0 space-y-8">
            <Part title={t('part.support')}>
              <p className="mb-3 text-[0.9375rem] text-ink-2">
                {t.rich('subject', {
                  subject: () => (
                    <span className="text-ink select-all">
                      <Foreign text={support.subject} />
                    </span>
                  ),
                })}
              </p>
              <CopyText id={`support-${payout.id}`} label={t('textToSend')} text={support.text} rows={12} />
            </Part>
          </div>
        </div>
      </Card>
    </li>
  )
}

/** A callback says how it ended. That is no proof, but people must read it before they settle. */
function CallbackSays({ one: { finalCallbacks } }: { one: UnknownPayout }) {
  const t = useTranslations('unknown.callback')
  const last = finalCallbacks.at(-1)
  if (last === undefined) return null
  const words = [...new Set(finalCallbacks.map(({ status }) => status))]
  return (
    <div className="mt-4">
      <Alert
        tone="warn"
        title={t.rich(words.length === 1 ? 'one' : 'contradict', {
          status: () => <Foreign text={words.join(' → ')} />,
        })}
      >
        <p>{t.rich('text', { time: () => <Time at={last.receivedAt} seconds /> })}</p>
      </Alert>
    </div>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-3 font-semibold tracking-tight">{title}</h3>
      {children}
    </section>
  )
}

function CardzoFacts({ one: { payout, fresh } }: { one: UnknownPayout }) {
  const t = useTranslations('unknown.cardzo')
  const { lastAnsweredAt, lastAskedAt, lastVerdict } = payout.progress
  const said =
    lastVerdict === 'no_such_order'
      ? t('noSuchOrder')
      : [payout.gatewayStatus, payout.gatewayStage].filter((word) => word !== null).join(', ')
  // The status that let payout-pay leave says nothing about what became of it.
  const beforePay =
    lastAnsweredAt !== undefined &&
    payout.payClaimedAt !== null &&
    Date.parse(lastAnsweredAt) <= payout.payClaimedAt.getTime()
  return (
    <Facts>
      <Fact name={t('lastAnswer')}>
        {lastAnsweredAt === undefined ? (
          t('noAnswer')
        ) : (
          <>
            <Foreign text={said} />
            <span className="block text-sm text-ink-2">
              {t.rich('asked', {
                age: () => <Age at={new Date(lastAnsweredAt)} />,
                time: () => <Time at={lastAnsweredAt} seconds />,
              })}
            </span>
            {!fresh && <span className="block text-sm text-ink-2">{t('old')}</span>}
            {beforePay && <span className="block text-sm text-warn">{t('beforePay')}</span>}
          </>
        )}
      </Fact>
      {lastAskedAt !== undefined && lastAskedAt !== lastAnsweredAt && (
        <Fact name={t('askedSince')}>
          {t.rich('unanswered', { time: () => <Time at={lastAskedAt} seconds /> })}
        </Fact>
      )}
      <Fact name={t('nextCheck')}>
        {payout.dueAt === null ? t('none') : <Time at={payout.dueAt} seconds />}
      </Fact>
      <Fact name={t('sentAt')}>
        {payout.payClaimedAt === null ? t('notKnown') : <Time at={payout.payClaimedAt} seconds />}
      </Fact>
      <Fact name="orderid" mono>
        <span className="select-all">
          <Foreign text={payout.orderId ?? t('none')} />
        </span>
      </Fact>
      <Fact name="client_orderid" mono>
        <span className="select-all">
          <bdi>{payout.clientOrderId}</bdi>
        </span>
      </Fact>
    </Facts>
  )
}
