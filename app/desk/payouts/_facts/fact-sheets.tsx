import Link from 'next/link'
import { Account, Amount } from '#app/_ui/amount.tsx'
import { Fact, Facts } from '#app/_ui/facts.tsx'
import { Foreign } from '#app/_ui/foreign.tsx'
import { Time } from '#app/_ui/time.tsx'
import { describeField } from '#lib/payouts/fields.ts'
import { amountDiffers, displayAmount } from '#lib/payouts/money.ts'
import { receiverName } from '#lib/payouts/receiver-name.ts'
import type { DeskPayout } from '#lib/services/desk/show-desk-payout.ts'
import { FailureText } from './failure-text.tsx'
import { Validated } from '#app/desk/_ui/validated.tsx'

const sources = {
  browser: "by the receiver, on the portal's own form",
  desk: 'by a clerk, on the desk',
  api: 'by another system, through the API',
} as const

export function PayoutFacts({ desk }: { desk: DeskPayout }) {
  const { payout, view } = desk
  return (
    <Facts>
      <Fact name="Amount">
        <Amount display={displayAmount(payout.amountMinor, payout.currency)} />
      </Fact>
      {Object.entries(view.destination).map(([name, value]) => (
        <Fact key={name} name={describeField(name.replace(/_last4$/, '')).label}>
          {name.endsWith('_last4') ? <Account last4={value} /> : <bdi>{value}</bdi>}
        </Fact>
      ))}
      {payout.description !== null && (
        <Fact name="Description">
          <bdi>{payout.description}</bdi>
        </Fact>
      )}
      {Object.entries(payout.metadata).map(([name, value]) => (
        <Fact key={name} name={name}>
          <bdi>{String(value)}</bdi>
        </Fact>
      ))}
      {view.failure && (
        <Fact name="Why it was not paid">
          <FailureText desk={desk} />
          <span>
            {view.failure.gatewayCode !== null && (
              <span className="block text-sm text-ink-2">
                Cardzo&rsquo;s code <Foreign text={view.failure.gatewayCode} />:{' '}
                <Foreign text={view.failure.gatewayMessage ?? ''} />
              </span>
            )}
          </span>
        </Fact>
      )}
      <Fact name="Requested">
        <Time at={payout.createdAt} seconds />
      </Fact>
      {payout.finalAt && (
        <Fact name="Over since">
          <Time at={payout.finalAt} seconds />
        </Fact>
      )}
      <Fact name="Our id" mono>
        <span className="select-all">{payout.id}</span>
      </Fact>
      <Fact name="Receiver's page">
        {view.statusUrl === null ? (
          'The link has ended.'
        ) : (
          <a href={new URL(view.statusUrl).pathname} className="text-link" rel="noreferrer">
            Open as the receiver sees it
          </a>
        )}
      </Fact>
    </Facts>
  )
}

/** `mayChange`: this person may correct the receiver's data. */
export function PeopleFacts({ desk, mayChange }: { desk: DeskPayout; mayChange: boolean }) {
  const { payout, timeline, names } = desk
  const { receiver } = payout
  const asked = timeline.find((event) => event.kind === 'requested')?.actorName
  return (
    <Facts>
      <Fact name="Receiver">
        <Link href={`/desk/receivers/${receiver.id}`} prefetch={false} className="text-link">
          <bdi>{receiverName(receiver)}</bdi>
        </Link>
        {receiver.email !== null && (
          <span className="block text-sm text-ink-2">
            <bdi>{receiver.email}</bdi>
          </span>
        )}
        {mayChange && (
          <Link
            href={`/desk/receivers/${receiver.id}/change`}
            prefetch={false}
            className="text-link inline-flex min-h-8 items-center text-sm"
          >
            Change
          </Link>
        )}
      </Fact>
      <Fact name="Receiver's number" mono>
        <span className="select-all">
          <bdi>{receiver.externalId}</bdi>
        </span>
      </Fact>
      <Fact name="Asked for">
        <bdi>{names[payout.requestedById ?? ''] ?? asked ?? 'unknown'}</bdi>
        <span className="block text-sm text-ink-2">{sources[payout.source]}</span>
      </Fact>
      <Fact name="Approved by">{approval(desk)}</Fact>
      {payout.settledBy && <SettledBy desk={{ payout, timeline }} />}
      {payout.policyNote && (
        <Fact name="Automatic approval">
          <bdi>{payout.policyNote.why}</bdi>
          <span className="block text-sm text-ink-2">
            The limit was {payout.policyNote.autoApproveBelow} {payout.policyNote.currency}.
          </span>
        </Fact>
      )}
    </Facts>
  )
}

/** The two people who settled it, and what they wrote. */
function SettledBy({ desk: { payout, timeline } }: { desk: Pick<DeskPayout, 'payout' | 'timeline'> }) {
  const said = timeline.find(({ kind, move }) => kind === 'settled' && move !== null)?.data ?? {}
  return (
    <Fact name="Settled by hand">
      {payout.settledBy?.map(({ id, name, at }) => (
        <span key={id} className="block">
          <bdi>{name}</bdi>, <Time at={at} seconds />
        </span>
      ))}
      {[said['reason'], said['evidence']].map((text, index) =>
        typeof text === 'string' ? (
          <span key={index} className="block text-sm break-words whitespace-pre-line text-ink-2">
            <span>{index === 0 ? 'Reason' : 'Evidence'}</span>: <bdi>{text}</bdi>
          </span>
        ) : null,
      )}
    </Fact>
  )
}

/** The approvals that count, even while more are needed. */
function approval({ payout, approvals, agreed, names }: DeskPayout) {
  const given = approvals.filter(({ counts }) => counts)
  if (given.length > 0)
    return (
      <>
        {given.map(({ id, approverName, at }) => (
          <span key={id} className="block">
            <bdi>{approverName}</bdi>, <Time at={at} seconds />
          </span>
        ))}
        {agreed.needed !== null && agreed.given < agreed.needed && (
          <span className="block text-sm text-ink-2">{`${agreed.given} of ${agreed.needed} so far`}</span>
        )}
      </>
    )
  if (payout.approvedById !== null && payout.approvedAt)
    return (
      <>
        <bdi>{names[payout.approvedById] ?? 'a former member'}</bdi>, <Time at={payout.approvedAt} seconds />
      </>
    )
  if (payout.policyNote?.approved) return 'the automatic approval policy'
  return <span className="text-ink-3">nobody yet</span>
}

export function GatewayFacts({ desk: { payout } }: { desk: DeskPayout }) {
  const figure = [payout.gatewayAmount, payout.gatewayCurrency].filter((part) => part !== null).join(' ')
  const differs = amountDiffers(payout, { amount: payout.gatewayAmount, currency: payout.gatewayCurrency })
  return (
    <Facts>
      <Fact name="client_orderid" mono>
        <span className="select-all">
          <bdi>{payout.clientOrderId}</bdi>
        </span>
      </Fact>
      <Fact name="orderid" mono>
        {payout.orderId === null ? (
          <None>none yet</None>
        ) : (
          <span className="select-all">
            <Foreign text={payout.orderId} />
          </span>
        )}
      </Fact>
      <Fact name="status" mono>
        {payout.gatewayStatus === null ? (
          <None>not answered yet</None>
        ) : (
          <Foreign text={payout.gatewayStatus} />
        )}
      </Fact>
      <Fact name="order-stage" mono>
        {payout.gatewayStage === null ? <None>none</None> : <Foreign text={payout.gatewayStage} />}
      </Fact>
      <Fact name="Validation">
        <Validated at={payout.validatedAt} />
      </Fact>
      {figure !== '' && (
        <Fact name="Cardzo's figure">
          <Foreign text={figure} />
          <span>
            {differs && (
              <span className="block text-sm font-medium text-bad">This is not our amount or currency.</span>
            )}
          </span>
        </Fact>
      )}
      {payout.payClaimedAt && (
        <Fact name="payout-pay claimed">
          <Time at={payout.payClaimedAt} seconds />
        </Fact>
      )}
      {payout.returnedAt && (
        <Fact name="Receiver returned">
          <Time at={payout.returnedAt} seconds />
        </Fact>
      )}
    </Facts>
  )
}

function None({ children }: { children: string }) {
  return <span className="font-sans text-[0.9375rem] text-ink-3">{children}</span>
}
