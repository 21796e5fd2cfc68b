import type { Metadata } from 'next'
import { useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import { Alert, DoneAlert } from '#app/_ui/alert.tsx'
import { Amount } from '#app/_ui/amount.tsx'
import { buttonClass } from '#app/_ui/button.tsx'
import { StatusBadge, SeverityBadge } from '#app/_ui/badge.tsx'
import { Card, Page, Section } from '#app/_ui/card.tsx'
import { Icon } from '#app/_ui/icons.tsx'
import { ImportedList } from '#app/_ui/imported-list.tsx'
import type { KeyBinding } from '#app/_ui/keyboard.tsx'
import { Age, Time } from '#app/_ui/time.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { traceOf } from '#app/_server/payout-trace.ts'
import { requireActor } from '#app/_server/session.ts'
import { localeHere } from '#app/_server/locale.ts'
import { shown } from '#app/_server/shown.ts'
import { displayAmount } from '#lib/payouts/money.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { isBeforeClaim, isFinal } from '#lib/payouts/transitions.ts'
import { statusWords } from '#lib/payouts/words.ts'
import { showDeskPayout } from '#lib/services/desk/show-desk-payout.ts'
import type { DeskPayout } from '#lib/services/desk/show-desk-payout.ts'
import { paidBefore } from '#lib/services/moving/show-imports.ts'
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
import { SettledByHand } from '#app/desk/payouts/_list/payout-table.tsx'
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

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('payout')
  return { title: t('title') }
}

type Props = {
  params: Promise<{ id: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function PayoutPage({ params, searchParams }: Props) {
  const actor = await requireActor('payout.see_all')
  const [{ id }, { done, decided, list: opened }] = await Promise.all([params, searchParams])
  const deps = await getDeps()
  const list = readList(opened)
  const [desk, neighbours, t, history] = await Promise.all([
    showDeskPayout(deps, actor, id, await localeHere()).then(shown),
    neighboursIn(deps, actor, id, list),
    getTranslations('payout'),
    getTranslations('history'),
  ])
  const { payout, view } = desk
  const undecided = isBeforeClaim(payout.status) && payout.risk !== null
  const before = isBeforeClaim(payout.status) ? await paidBefore(deps, actor, payout) : []
  const moving = await getTranslations('moving.paidBefore')
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
          {payout.settledBy && <SettledByHand />}
          <span className="text-sm text-ink-2">
            {!view.final && <span>{t(`turn.${statusWords[payout.status].turn}`)} · </span>}
            <span>{t.rich('since', { age: () => <Age at={payout.stageSince} /> })}</span>
          </span>
        </div>
        <h1 className="mt-3 text-[0.9375rem] text-ink-2">
          <span className="block text-ink">
            <Amount display={displayAmount(payout.amountMinor, payout.currency)} large />
          </span>
          <span className="mt-1 block">
            {t.rich('to', { name: () => <bdi>{receiverName(payout.receiver)}</bdi> })}
          </span>
        </h1>
      </header>
      <Items items={desk.items} />
      {before.length > 0 && (
        <div className="mb-8">
          <Alert tone="warn" title={moving('title')}>
            <p className="mb-3">{moving('text')}</p>
            <ImportedList payouts={before} />
          </Alert>
        </div>
      )}
      <div className="grid gap-x-8 gap-y-10 lg:grid-cols-[minmax(0,1fr)_25rem] lg:grid-rows-[auto_1fr] lg:items-start">
        {/* On a phone the findings come before the buttons, on a wide screen beside them. */}
        {undecided && (
          <div className="min-w-0 empty:hidden">
            <RiskPanel now={desk.riskNow} then={payout.risk} currency={payout.currency} />
          </div>
        )}
        {/* What is over has nothing to decide, so the facts come first on a phone too. */}
        <div
          className={`min-w-0 ${view.final ? '' : 'order-2 lg:order-none'} ${undecided ? 'lg:row-start-2' : ''}`}
        >
          {desk.changes.length > 0 && (
            <Section id="after-end" title={t('section.afterEnd')}>
              <AfterEnd changes={desk.changes} />
            </Section>
          )}
          <Section id="facts" title={t('section.facts')}>
            <Card>
              <PayoutFacts desk={desk} />
              {may(actor, 'payout.reveal') && (
                <BrowserWords areas={['decision', 'fields']}>
                  <Reveal id={payout.id} />
                </BrowserWords>
              )}
            </Card>
          </Section>
          {!undecided && <RiskPanel now={null} then={payout.risk} currency={payout.currency} />}
          <Section id="gateway" title={t('section.gateway')}>
            <Card>
              <GatewayFacts desk={desk} trace={await traceOf(payout.id)} />
            </Card>
          </Section>
          <Section id="timeline" title={t('section.timeline')}>
            <Card>
              <Timeline entries={groupTimeline({ ...desk, said: payout.progress.said })} />
            </Card>
            {!desk.proof.firstBroken && <Proof proof={desk.proof} archived={desk.archived} />}
            {/* A download, so not a router link. */}
            <div className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-2">
              <a href={`/desk/payouts/${payout.id}/evidence`} className={buttonClass('secondary')}>
                <Icon name="download" />
                {history('evidence')}
              </a>
              <p className="min-w-60 flex-1 text-sm text-ink-2">{history('evidenceHint')}</p>
            </div>
          </Section>
          {desk.mayWriteNotes && <Notes desk={desk} userId={actor.id} />}
          {desk.callbacks.length > 0 && (
            <Section id="callbacks" title={t('section.callbacks')}>
              <Callbacks callbacks={desk.callbacks} />
            </Section>
          )}
        </div>
        <div className={`space-y-8 lg:col-start-2 lg:row-start-1 ${undecided ? 'lg:row-span-2' : ''}`}>
          <CoolingOff payout={payout} actor={actor} />
          <BrowserWords areas={['decision', 'rejectReasons']}>
            <Decision desk={desk} onward={{ list: list?.toString() ?? '', next: neighbours.next ?? '' }} />
            <NextSteps desk={desk} />
          </BrowserWords>
          <Section id="people" title={t('section.people')}>
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

/**
 * After the person's own decision, if it still counts: the address alone proves nothing. A payout may be over before its approver
 * sees this page again, and they must read that their approval was taken.
 */
function Done({ done, own, desk }: DoneProps) {
  const [t, label] = [useTranslations('payout'), useTranslations('status.label')]
  const { paused } = desk
  const { status } = desk.payout
  if (done === 'approved' && own)
    return (
      <DoneAlert title={t('done.approved')} tone={isFinal(status) && status !== 'paid' ? 'warn' : 'good'}>
        {isFinal(status) && <p>{t('done.approvedOver', { status: label(status) })}</p>}
        {status === 'approved' && !paused && <p>{t('done.approvedSends')}</p>}
        {status === 'awaiting_approval' && <p>{t('done.approvedWaits')}</p>}
        {paused && isBeforeClaim(status) && <p>{t('paused')}</p>}
      </DoneAlert>
    )
  if (done === 'undone' && !own && status === 'awaiting_approval')
    return (
      <DoneAlert title={t('done.undone')}>
        <p>{t('done.undoneText')}</p>
      </DoneAlert>
    )
  if (done === 'rejected' && status === 'rejected')
    return (
      <DoneAlert title={t('done.rejected')}>
        <p>{t(`told.${howTold(desk)}`)}</p>
      </DoneAlert>
    )
  return null
}

function Items({ items }: { items: DeskPayout['items'] }) {
  const t = useTranslations('payout')
  const open = items.filter((item) => item.closedAt === null)
  if (open.length === 0) return null
  return (
    <section aria-labelledby="items" className="mb-10">
      <h2 id="items" className="mb-4 text-lg font-semibold tracking-tight">
        {t('section.items')}
      </h2>
      <ul className="space-y-3">
        {open.map((item) => (
          <li key={item.id} className="rounded-2xl border border-line bg-surface p-4 sm:p-5">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 text-sm text-ink-3">
              <SeverityBadge severity={item.severity} />
              <span>{t.rich('item.since', { at: () => <Time at={item.openedAt} /> })}</span>
              {item.ownerName !== null && (
                <span>{t.rich('item.owner', { name: () => <bdi>{item.ownerName}</bdi> })}</span>
              )}
            </div>
            <ItemSays item={item} />
          </li>
        ))}
      </ul>
    </section>
  )
}
