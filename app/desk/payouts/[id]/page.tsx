import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { DoneAlert } from '#app/_ui/alert.tsx'
import { Amount } from '#app/_ui/amount.tsx'
import { buttonClass } from '#app/_ui/button.tsx'
import { StatusBadge, SeverityBadge } from '#app/_ui/badge.tsx'
import { Card, Page, Section } from '#app/_ui/card.tsx'
import { Icon } from '#app/_ui/icons.tsx'
import type { KeyBinding } from '#app/_ui/keyboard.tsx'
import { Age, Time } from '#app/_ui/time.tsx'
import { turnText } from '#app/_ui/turn-steps.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { localeHere } from '#app/_server/locale.ts'
import { shown } from '#app/_server/shown.ts'
import { displayAmount } from '#lib/payouts/money.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { isBeforeClaim, isFinal } from '#lib/payouts/transitions.ts'
import { pausedOnDesk, statusWords } from '#lib/payouts/words.ts'
import { showDeskPayout } from '#lib/services/desk/show-desk-payout.ts'
import type { DeskPayout } from '#lib/services/desk/show-desk-payout.ts'
import { listNeighbours } from '#lib/services/payout/list-neighbours.ts'
import type { Neighbours } from '#lib/services/payout/list-neighbours.ts'
import type { Deps } from '#lib/services/ports.ts'
import { receiverName } from '#lib/payouts/receiver-name.ts'
import { Keys } from '#app/desk/_ui/keys.tsx'
import { RefreshNow } from '#app/desk/_ui/refresh-now.tsx'
import { ItemSays } from '#app/desk/_items/item-says.tsx'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { zoneHere } from '#app/_server/locale.ts'
import { deskFilterOf, readFilter } from '#app/desk/payouts/filter.ts'
import { Decided } from '#app/desk/payouts/_list/decided.tsx'
import { asQuery, readList } from '#app/desk/payouts/_list/list-address.ts'
import { WayThroughList } from '#app/desk/payouts/_list/way-through-list.tsx'
import { Notes } from '#app/desk/payouts/_notes/notes.tsx'
import { groupTimeline } from '#app/desk/payouts/_history/group-timeline.ts'
import { AfterEnd } from '#app/desk/payouts/_history/after-end.tsx'
import { Callbacks } from '#app/desk/payouts/_history/callbacks.tsx'
import { CoolingOff } from '#app/desk/payouts/_decision/cooling-off.tsx'
import { Decision, howTold } from '#app/desk/payouts/_decision/decision.tsx'
import { GatewayFacts, PayoutFacts, PeopleFacts } from '#app/desk/payouts/_facts/fact-sheets.tsx'
import { Proof } from '#app/desk/payouts/_history/history-proof.tsx'
import { NextSteps } from '#app/desk/payouts/_decision/next-steps.tsx'
import { Reveal } from '#app/desk/payouts/_facts/reveal.tsx'
import { RiskPanel } from '#app/desk/payouts/_decision/risk-panel.tsx'
import { Timeline } from '#app/desk/payouts/_history/timeline.tsx'

export const metadata: Metadata = { title: 'Payout' }

type Props = {
  params: Promise<{ id: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function PayoutPage({ params, searchParams }: Props) {
  const actor = await requireActor('payout.see_all')
  const [{ id }, { done, decided, list: opened }] = await Promise.all([params, searchParams])
  const deps = await getDeps()
  const list = readList(opened)
  const [desk, neighbours, t] = await Promise.all([
    showDeskPayout(deps, actor, id, await localeHere()).then(shown),
    neighboursIn(deps, actor, id, list),
    getTranslations('history'),
  ])
  const { payout, view } = desk
  const undecided = isBeforeClaim(payout.status) && payout.risk !== null
  return (
    <Page wide>
      <SendingNotices actor={actor} />
      <WayThroughList list={list} neighbours={neighbours} />
      {desk.proof.firstBroken && <Proof proof={desk.proof} />}
      <Done done={done} own={hasAgreed(desk, actor.id)} desk={desk} />
      {typeof decided === 'string' && <Decided id={decided} list={list} />}
      <header className="mb-8">
        <div className="flex flex-wrap items-center gap-3">
          <StatusBadge status={payout.status} />
          <span className="text-sm text-ink-2">
            <span>{!view.final && `Whose turn: ${turnText(statusWords[payout.status].turn)} · `}</span>
            in this status for <Age at={payout.stageSince} />
          </span>
        </div>
        <h1 className="mt-3 text-[0.9375rem] text-ink-2">
          <span className="block text-ink">
            <Amount display={displayAmount(payout.amountMinor, payout.currency)} large />
          </span>
          <span className="mt-1 block">
            to <bdi>{receiverName(payout.receiver)}</bdi>
          </span>
        </h1>
      </header>
      <div className="grid gap-x-8 gap-y-10 lg:grid-cols-[minmax(0,1fr)_25rem] lg:grid-rows-[auto_1fr] lg:items-start">
        {/* On a phone the findings come before the buttons, on a wide screen beside them. */}
        {undecided && (
          <div className="min-w-0 empty:hidden">
            <RiskPanel now={desk.riskNow} then={payout.risk} />
          </div>
        )}
        <div className={`order-2 min-w-0 lg:order-none ${undecided ? 'lg:row-start-2' : ''}`}>
          <Items items={desk.items} />
          {desk.changes.length > 0 && (
            <Section id="after-end" title="After the end">
              <AfterEnd changes={desk.changes} />
            </Section>
          )}
          <Section id="facts" title="Payout">
            <Card>
              <PayoutFacts desk={desk} />
              {may(actor, 'payout.reveal') && <Reveal id={payout.id} />}
            </Card>
          </Section>
          {!undecided && <RiskPanel now={null} then={payout.risk} />}
          <Section id="gateway" title="At Cardzo">
            <Card>
              <GatewayFacts desk={desk} />
            </Card>
          </Section>
          <Section id="timeline" title="Timeline">
            <Card>
              <Timeline entries={groupTimeline({ ...desk, said: payout.progress.said })} />
            </Card>
            {!desk.proof.firstBroken && <Proof proof={desk.proof} />}
            {/* A download, so not a router link. */}
            <p className="mt-3 text-sm text-ink-2">
              <a href={`/desk/payouts/${payout.id}/evidence`} className={`${buttonClass('secondary')} mr-3`}>
                <Icon name="download" />
                {t('evidence')}
              </a>
              {t('evidenceHint')}
            </p>
          </Section>
          {desk.mayWriteNotes && <Notes desk={desk} userId={actor.id} />}
          {desk.callbacks.length > 0 && (
            <Section id="callbacks" title="Callbacks">
              <Callbacks callbacks={desk.callbacks} />
            </Section>
          )}
        </div>
        <div className={`space-y-8 lg:col-start-2 lg:row-start-1 ${undecided ? 'lg:row-span-2' : ''}`}>
          <CoolingOff payout={payout} actor={actor} />
          <Decision desk={desk} onward={{ list: list?.toString() ?? '', next: neighbours.next ?? '' }} />
          <NextSteps desk={desk} />
          <Section id="people" title="People">
            <Card>
              <PeopleFacts desk={desk} mayChange={may(actor, 'receiver.change')} />
            </Card>
          </Section>
        </div>
      </div>
      <Keys keys={await keysOf(desk, neighbours)} />
      {/* Not while somebody may be about to approve what they see. */}
      {(!view.final || desk.retryRefusal === 'status_not_fresh') && !desk.buttons.includes('approve') && (
        <RefreshNow shownAt={new Date().toISOString()} payout={payout.id} />
      )}
    </Page>
  )
}

async function neighboursIn(
  deps: Deps,
  actor: Actor,
  id: string,
  list: URLSearchParams | null,
): Promise<Neighbours> {
  if (list === null) return { previous: null, next: null }
  const cursor = list.get('cursor')
  const filter = deskFilterOf(readFilter(asQuery(list)), new Date(), (await zoneHere()) ?? 'UTC')
  return shown(await listNeighbours(deps, actor, { id, ...filter, ...(cursor !== null && { cursor }) }))
}

/** What a key leads to must be on the page; the rest is left out of the help too. */
async function keysOf({ buttons, mayWriteNotes }: DeskPayout, neighbours: Neighbours): Promise<KeyBinding[]> {
  const t = await getTranslations('keyboard')
  return [
    ...(neighbours.next === null ? [] : [{ key: 'j', what: t('next'), act: { go: 'next-payout' } }]),
    ...(neighbours.previous === null
      ? []
      : [{ key: 'k', what: t('previous'), act: { go: 'previous-payout' } }]),
    ...(buttons.includes('approve') ? [{ key: 'a', what: t('approve'), act: { focus: 'approve' } }] : []),
    ...(buttons.includes('reject') ? [{ key: 'r', what: t('reject'), act: { focus: 'reject' } }] : []),
    ...(mayWriteNotes ? [{ key: 'n', what: t('note'), act: { focus: 'write-note' } }] : []),
  ]
}

const hasAgreed = ({ approvals }: DeskPayout, userId: string) =>
  approvals.some(({ counts, approverId }) => counts && approverId === userId)

type DoneProps = { done: unknown; own: boolean; desk: DeskPayout }

/** After the person's own decision, if the payout is still where it led: the address alone proves nothing. */
function Done({ done, own, desk }: DoneProps) {
  const { paused } = desk
  const { status } = desk.payout
  if (done === 'approved' && own && !isFinal(status))
    return (
      <DoneAlert title="Approved">
        {status === 'approved' && !paused && <p>The payment is sent when its time has come; see below.</p>}
        {status === 'awaiting_approval' && <p>It is sent when enough people have agreed.</p>}
        {paused && isBeforeClaim(status) && <p>{pausedOnDesk}</p>}
      </DoneAlert>
    )
  if (done === 'undone' && !own && status === 'awaiting_approval')
    return (
      <DoneAlert title="Taken back">
        <p>Your approval no longer counts, and nothing was sent.</p>
      </DoneAlert>
    )
  if (done === 'rejected' && status === 'rejected')
    return (
      <DoneAlert title="Rejected">
        <p>{howTold(desk)}</p>
      </DoneAlert>
    )
  return null
}

function Items({ items }: { items: DeskPayout['items'] }) {
  const open = items.filter((item) => item.closedAt === null)
  if (open.length === 0) return null
  return (
    <Section id="items" title="Open items">
      <ul className="space-y-3">
        {open.map((item) => (
          <li key={item.id} className="rounded-2xl border border-line bg-surface p-4 sm:p-5">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 text-sm text-ink-3">
              <SeverityBadge severity={item.severity} />
              <span>
                since <Time at={item.openedAt} />
              </span>
              {item.ownerName !== null && (
                <span>
                  taken by <bdi>{item.ownerName}</bdi>
                </span>
              )}
            </div>
            <ItemSays item={item} />
          </li>
        ))}
      </ul>
    </Section>
  )
}
