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
  const { payout, support, item } = one
  const name = receiverName(payout.receiver)
  return (
    <li id={payout.id} className="scroll-mt-6">
      <Card>
        <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
          <h2 className="text-2xl tracking-tight">
            <Amount display={displayAmount(payout.amountMinor, payout.currency)} />
            <span className="ml-2 text-base text-ink-2">
              to <bdi>{name}</bdi>
            </span>
          </h2>
          <p className="text-sm text-ink-2">
            unknown for <Age at={payout.stageSince} />
          </p>
        </div>
        <p className="mt-1 text-[0.9375rem] text-ink-2">
          Account <Account last4={payout.accountLast4} /> ·{' '}
          <Link href={`/desk/payouts/${payout.id}`} prefetch={false} className="text-link">
            Everything about this payout
          </Link>
        </p>
        {item && (
          <p className="mt-3 text-[0.9375rem] leading-6">
            <Foreign text={item.why} />
          </p>
        )}
        <CallbackSays one={one} />
        <div className="mt-6">
          <Part title="What was sent and what came back">
            <Evidence known={one.known} />
          </Part>
        </div>
        <div className="mt-8 grid gap-x-10 gap-y-8 lg:grid-cols-2">
          <div className="min-w-0 space-y-8">
            <Part title="What Cardzo says">
              <CardzoFacts one={one} />
              {mayAsk && (
                <div className="mt-4">
                  <AskNowForm
                    id={payout.id}
                    what={
                      <>
                        the payout to <bdi>{name}</bdi>
                      </>
                    }
                  />
                </div>
              )}
            </Part>
            <Part title="Ways out">
              <WaysOut one={one} actorId={actorId} />
            </Part>
          </div>
          <div className="min-w-0 space-y-8">
            <Part title="Ask Cardzo's support">
              <p className="mb-3 text-[0.9375rem] text-ink-2">
                Subject:{' '}
                <span className="text-ink select-all">
                  <Foreign text={support.subject} />
                </span>
              </p>
              <CopyText id={`support-${payout.id}`} label="The text to send" text={support.text} rows={12} />
            </Part>
          </div>
        </div>
      </Card>
    </li>
  )
}

/** A callback says how it ended. That is no proof, but people must read it before they settle. */
function CallbackSays({ one: { finalCallbacks } }: { one: UnknownPayout }) {
  const last = finalCallbacks.at(-1)
  if (last === undefined) return null
  const words = [...new Set(finalCallbacks.map(({ status }) => status))]
  return (
    <div className="mt-4">
      <Alert
        tone="warn"
        title={
          words.length === 1 ? (
            <>
              A callback from Cardzo says: <Foreign text={last.status} />
            </>
          ) : (
            <>
              Callbacks from Cardzo contradict each other: <Foreign text={words.join(', then ')} />
            </>
          )
        }
      >
        <p>
          The last one came <Time at={last.receivedAt} seconds />. A callback ends nothing by itself: the
          status decides, or two people. Settle nothing that speaks against it before Cardzo&rsquo;s support
          has explained it.
        </p>
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
  const { lastAnsweredAt, lastAskedAt, lastVerdict } = payout.progress
  const said =
    lastVerdict === 'no_such_order'
      ? 'that it does not know this order'
      : [payout.gatewayStatus, payout.gatewayStage].filter((word) => word !== null).join(', ')
  // The status that let payout-pay leave says nothing about what became of it.
  const beforePay =
    lastAnsweredAt !== undefined &&
    payout.payClaimedAt !== null &&
    Date.parse(lastAnsweredAt) <= payout.payClaimedAt.getTime()
  return (
    <Facts>
      <Fact name="Last answer">
        {lastAnsweredAt === undefined ? (
          'none yet'
        ) : (
          <>
            <Foreign text={said} />
            <span className="block text-sm text-ink-2">
              asked <Age at={new Date(lastAnsweredAt)} /> ago, <Time at={lastAnsweredAt} seconds />
              <span>{fresh ? '' : ' – not fresh enough to settle by'}</span>
            </span>
            {beforePay && (
              <span className="block text-sm text-warn">
                That was before payout-pay set out: no answer has come since.
              </span>
            )}
          </>
        )}
      </Fact>
      {lastAskedAt !== undefined && lastAskedAt !== lastAnsweredAt && (
        <Fact name="Asked since">
          <Time at={lastAskedAt} seconds />, without an answer
        </Fact>
      )}
      <Fact name="Next automatic look">
        {payout.dueAt === null ? 'none' : <Time at={payout.dueAt} seconds />}
      </Fact>
      <Fact name="Payout-pay set out">
        {payout.payClaimedAt === null ? 'unknown' : <Time at={payout.payClaimedAt} seconds />}
      </Fact>
      <Fact name="orderid" mono>
        <span className="select-all">
          <Foreign text={payout.orderId ?? 'none'} />
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
