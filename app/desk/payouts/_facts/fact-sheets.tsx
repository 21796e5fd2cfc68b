/* oxlint-disable max-lines -- three sheets of facts that share their small parts. */
import { useLocale, useTranslations } from 'next-intl'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { Account, Amount } from '#app/_ui/amount.tsx'
import { Fact, Facts } from '#app/_ui/facts.tsx'
import { Fold } from '#app/_ui/fold.tsx'
import { Foreign, Sentence } from '#app/_ui/foreign.tsx'
import { useFieldLabel } from '#app/_ui/form/use-field-label.ts'
import { Time } from '#app/_ui/time.tsx'
import { autoReasonOf } from '#lib/payouts/auto-reasons.ts'
import { amountDiffers, displayAmount } from '#lib/payouts/money.ts'
import { minorOf } from '#lib/payouts/policy.ts'
import { receiverName } from '#lib/payouts/receiver-name.ts'
import { isolated } from '#lib/payouts/text.ts'
import { isBeforeClaim } from '#lib/payouts/transitions.ts'
import { moneyText } from '#lib/words/money.ts'
import { rejectReasonText } from '#lib/words/reject-reason-text.ts'
import type { DeskPayout } from '#lib/services/desk/show-desk-payout.ts'
import { Validated } from '#app/desk/_ui/validated.tsx'

export function PayoutFacts({ desk }: { desk: DeskPayout }) {
  const { payout, view } = desk
  const [t, labelOf] = [useTranslations('payout.facts'), useFieldLabel()]
  return (
    <Facts>
      <Fact name={t('amount')}>
        <Amount display={displayAmount(payout.amountMinor, payout.currency)} />
      </Fact>
      {Object.entries(view.destination).map(([name, value]) => (
        <Fact key={name} name={labelOf(name.replace(/_last4$/, ''))}>
          {name.endsWith('_last4') ? <Account last4={value} /> : <bdi>{value}</bdi>}
        </Fact>
      ))}
      {payout.payAt && <TimeFact name={t('payAt')} at={payout.payAt} />}
      {payout.description !== null && (
        <Fact name={t('description')}>
          <bdi>{payout.description}</bdi>
        </Fact>
      )}
      {Object.entries(payout.metadata).map(([name, value]) => (
        <Fact key={name} name={name}>
          <bdi>{String(value)}</bdi>
        </Fact>
      ))}
      {view.failure && (
        <Fact name={t('notPaid')}>
          <NotPaid failure={view.failure} desk={desk} />
        </Fact>
      )}
      <TimeFact name={t('requested')} at={payout.createdAt} />
      {payout.finalAt && <TimeFact name={t('ended')} at={payout.finalAt} />}
      <Fact name={t('id')} mono>
        <span className="select-all">{payout.id}</span>
      </Fact>
      <Fact name={t('page')}>
        {view.statusUrl === null ? (
          t('pageEnded')
        ) : (
          <a href={new URL(view.statusUrl).pathname} className="text-link" rel="noreferrer">
            {t('openPage')}
          </a>
        )}
      </Fact>
    </Facts>
  )
}

const TimeFact = ({ name, at }: { name: string; at: Date }) => (
  <Fact name={name}>
    <Time at={at} seconds />
  </Fact>
)

/** The reason that was given, else what Cardzo's code or the status means; then Cardzo's own words. */
function NotPaid({
  failure: { code, gatewayCode, gatewayMessage },
  desk: { payout, failure: words },
}: {
  failure: NonNullable<DeskPayout['view']['failure']>
  desk: DeskPayout
}) {
  const [t, codes] = [useTranslations('payout.facts'), useTranslations('codes')]
  const reasonText = rejectReasonText(useTranslations('rejectReasons'))
  const reason = payout.failureMessage
  return (
    <>
      <span className="block">
        {reason !== null ? (
          <Foreign text={reasonText(reason)} />
        ) : (
          <bdi>{words?.known ? words.receiver : t(code)}</bdi>
        )}
      </span>
      {words && (
        <span className="mt-1 block text-sm text-ink-2">
          {codes('forStaff')} <bdi>{words.staff}</bdi>
        </span>
      )}
      {gatewayCode !== null && (
        <span className="block text-sm text-ink-2">
          <Sentence
            text={
              gatewayMessage === null
                ? t('codeOnly', { code: isolated(gatewayCode) })
                : t('code', { code: isolated(gatewayCode), message: isolated(gatewayMessage) })
            }
          />
        </span>
      )}
    </>
  )
}

/** `mayChange`: this person may correct the receiver's data. */
export function PeopleFacts({ desk, mayChange }: { desk: DeskPayout; mayChange: boolean }) {
  const t = useTranslations('payout.people')
  const { payout, timeline, names } = desk
  const { receiver } = payout
  const asked = timeline.find((event) => event.kind === 'requested')?.actorName
  return (
    <Facts>
      <Fact name={t('receiver')}>
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
            className="text-link flex min-h-8 items-center text-sm"
          >
            {t('change')}
          </Link>
        )}
      </Fact>
      <Fact name={t('number')} mono>
        <span className="select-all">
          <bdi>{receiver.externalId}</bdi>
        </span>
      </Fact>
      <Fact name={t('askedBy')}>
        <bdi>{names[payout.requestedById ?? ''] ?? asked ?? t('unknown')}</bdi>
        <span className="block text-sm text-ink-2">{t(`source.${payout.source}`)}</span>
      </Fact>
      <Fact name={t('approvedBy')}>
        <ApprovedBy desk={desk} />
      </Fact>
      {payout.settledBy && <SettledBy desk={{ payout, timeline }} />}
      {payout.policyNote && <AutomaticApproval note={payout.policyNote} />}
    </Facts>
  )
}

function AutomaticApproval({ note }: { note: NonNullable<DeskPayout['payout']['policyNote']> }) {
  const [t, locale] = [useTranslations('payout.automatic'), useLocale()]
  const reason = autoReasonOf(note.why)
  const below = minorOf(note.autoApproveBelow, note.currency)
  return (
    <Fact name={t('title')}>
      {/* In other words than ours it is from an older version, in English. */}
      {reason === null ? <bdi lang="en">{note.why}</bdi> : <span>{t(reason)}</span>}
      {below > 0n && (
        <span className="block text-sm text-ink-2">
          {t('limit', { amount: moneyText(locale, displayAmount(below, note.currency)) })}
        </span>
      )}
    </Fact>
  )
}

/** The two people who settled it, and what they wrote. */
function SettledBy({ desk: { payout, timeline } }: { desk: Pick<DeskPayout, 'payout' | 'timeline'> }) {
  const t = useTranslations('payout.people')
  const said = timeline.find(({ kind, move }) => kind === 'settled' && move !== null)?.data ?? {}
  return (
    <Fact name={t('settled')}>
      {payout.settledBy?.map(({ id, name, at }) => (
        <NameAt key={id} name={name} at={at} />
      ))}
      {(['reason', 'evidence'] as const).map((part) => {
        const text = said[part]
        return typeof text === 'string' ? (
          <span key={part} className="block text-sm break-words whitespace-pre-line text-ink-2">
            {t.rich(part, { text: () => <bdi>{text}</bdi> })}
          </span>
        ) : null
      })}
    </Fact>
  )
}

function NameAt({ name, at }: { name: string; at: Date | string }) {
  const t = useTranslations('payout.people')
  return (
    <span className="block">
      {t.rich('nameAt', { who: () => <bdi>{name}</bdi>, at: () => <Time at={at} seconds /> })}
    </span>
  )
}

/** The approvals that count, even while more are needed. */
function ApprovedBy({ desk: { payout, approvals, agreed, names } }: { desk: DeskPayout }) {
  const t = useTranslations('payout.people')
  const given = approvals.filter(({ counts }) => counts)
  if (given.length > 0)
    return (
      <>
        {given.map(({ id, approverName, at }) => (
          <NameAt key={id} name={approverName} at={at} />
        ))}
        {agreed.needed !== null && agreed.given < agreed.needed && (
          <span className="block text-sm text-ink-2">
            {t('soFar', { given: agreed.given, needed: agreed.needed })}
          </span>
        )}
      </>
    )
  if (payout.approvedById !== null && payout.approvedAt)
    return <NameAt name={names[payout.approvedById] ?? t('former')} at={payout.approvedAt} />
  if (payout.policyNote?.approved) return t('policy')
  return <span className="text-ink-3">{t('nobody')}</span>
}

/** What Cardzo has of it, in our words; its own words are folded away. */
type GatewayFactsProps = { desk: DeskPayout; trace: { id: string; href: string | null } | null }

export function GatewayFacts({ desk: { payout, endpointName }, trace }: GatewayFactsProps) {
  const t = useTranslations('payout.gateway')
  const figure = [payout.gatewayAmount, payout.gatewayCurrency].filter((part) => part !== null).join(' ')
  const differs = amountDiffers(payout, { amount: payout.gatewayAmount, currency: payout.gatewayCurrency })
  return (
    <>
      <Facts>
        {endpointName !== null && <Fact name={t('endpoint')}>{endpointName}</Fact>}
        <Fact name={t('order')} mono>
          {payout.orderId === null ? <None>{t('noOrder')}</None> : <Copied text={payout.orderId} />}
        </Fact>
        <Fact name={t('validated')}>
          <Validated at={payout.validatedAt} matters={isBeforeClaim(payout.status)} />
        </Fact>
        {figure !== '' && (
          <Fact name={t('amount')}>
            <Foreign text={figure} />
            {differs && <span className="block text-sm font-medium text-bad">{t('differs')}</span>}
          </Fact>
        )}
        {payout.payClaimedAt && (
          <Fact name={t('claimed')}>
            <Time at={payout.payClaimedAt} seconds />
          </Fact>
        )}
        {payout.returnedAt && (
          <Fact name={t('returned')}>
            <Time at={payout.returnedAt} seconds />
          </Fact>
        )}
      </Facts>
      <Fold title={t('details')} className="mt-2 -mb-2">
        <div className="mt-2">
          <Facts>
            <Fact name="client_orderid" mono>
              <Copied text={payout.clientOrderId} />
            </Fact>
            <Fact name="status" mono>
              {payout.gatewayStatus === null ? (
                <None>{t('notAnswered')}</None>
              ) : (
                <Foreign text={payout.gatewayStatus} />
              )}
            </Fact>
            <Fact name="order-stage" mono>
              {payout.gatewayStage === null ? (
                <None>{t('none')}</None>
              ) : (
                <Foreign text={payout.gatewayStage} />
              )}
            </Fact>
            {trace && (
              <Fact name={t('trace')} mono>
                <Copied text={trace.id} />
                {trace.href !== null && (
                  <a href={trace.href} className="text-link block font-sans text-sm" rel="noreferrer">
                    {t('openTrace')}
                  </a>
                )}
              </Fact>
            )}
          </Facts>
        </div>
      </Fold>
    </>
  )
}

/** An id that one click selects. */
function Copied({ text }: { text: string }) {
  return (
    <span className="select-all">
      <Foreign text={text} />
    </span>
  )
}

function None({ children }: { children: ReactNode }) {
  return <span className="font-sans text-[0.9375rem] text-ink-3">{children}</span>
}
