import type { Metadata } from 'next'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { DoneAlert } from '#app/_ui/alert.tsx'
import { Amount, BankAccount, Money } from '#app/_ui/amount.tsx'
import { StatusBadge, Tag } from '#app/_ui/badge.tsx'
import { ButtonLink } from '#app/_ui/button.tsx'
import { Card, Empty, Page, PageTitle, Section, TitleRow } from '#app/_ui/card.tsx'
import { Fact, Facts } from '#app/_ui/facts.tsx'
import { Foreign } from '#app/_ui/foreign.tsx'
import { ImportedList } from '#app/_ui/imported-list.tsx'
import { Pager } from '#app/_ui/page/pager.tsx'
import { TextLink } from '#app/_ui/text-link.tsx'
import { Time } from '#app/_ui/time.tsx'
import { RiskTag } from '#app/desk/_ui/risk-tag.tsx'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { pathOf } from '#app/desk/payouts/filter.ts'
import { displayAmount } from '#lib/payouts/money.ts'
import { may } from '#lib/payouts/permissions.ts'
import { isErased, receiverName } from '#lib/payouts/receiver-name.ts'
import { showDeskReceiver } from '#lib/services/desk/show-desk-receiver.ts'
import type { DeskReceiver } from '#lib/services/desk/show-desk-receiver.ts'
import { importedOf } from '#lib/services/moving/show-imports.ts'
import { localeNames } from '#lib/words/locales.ts'
import { AccountList } from './account-list.tsx'
import { LimitList } from './limit-list.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('receivers')
  return { title: t('title') }
}

type Props = {
  params: Promise<{ id: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

/** All that staff knows of one receiver. */
export default async function ReceiverPage({ params, searchParams }: Props) {
  const actor = await requireActor('payout.see_all')
  const [{ id }, { done, cursor }, t] = [await params, await searchParams, await getTranslations('receivers')]
  const found = shown(
    await showDeskReceiver(await getDeps(), actor, { id, ...(typeof cursor === 'string' && { cursor }) }),
  )
  const { receiver, payouts } = found
  const imported = await importedOf(await getDeps(), actor, receiver.id)
  const past = await getTranslations('moving.past')
  return (
    <Page wide>
      <SendingNotices actor={actor} />
      <TitleRow>
        <PageTitle
          lead={
            <span className="break-all">
              <bdi>{receiver.externalId}</bdi>
            </span>
          }
        >
          <span className="wrap-anywhere">
            <bdi>{receiverName(receiver)}</bdi>
          </span>
        </PageTitle>
        {may(actor, 'payout.enter') && (
          <ButtonLink href={`/desk/payouts/new?to=${receiver.id}`} look="secondary">
            {t('newPayout')}
          </ButtonLink>
        )}
      </TitleRow>
      {done === 'changed' && (
        <DoneAlert title={t('changed')}>
          <p>{t('changedText')}</p>
        </DoneAlert>
      )}
      {done === 'erase' && (
        <DoneAlert title={t('erase.proposed')}>
          <p>{t('erase.proposedText')}</p>
        </DoneAlert>
      )}
      <div className="grid gap-4 wrap-anywhere lg:grid-cols-2">
        <Card>
          <h2 className="mb-2 font-semibold">{t('details')}</h2>
          <Facts>
            <Fact name={t('name')}>
              <bdi>{receiverName(receiver)}</bdi>
            </Fact>
            <Fact name={t('number')} mono>
              <bdi>{receiver.externalId}</bdi>
            </Fact>
            {receiver.email !== null && (
              <Fact name={t('email')}>
                <bdi>{receiver.email}</bdi>
              </Fact>
            )}
            <Fact name={t('language')}>
              {receiver.locale === null ? (
                t('languageUnknown')
              ) : (
                <span lang={receiver.locale}>{localeNames[receiver.locale]}</span>
              )}
            </Fact>
          </Facts>
          {!isErased(receiver) && (
            <div className="mt-3 flex flex-wrap gap-x-6 gap-y-2">
              {may(actor, 'receiver.change') && (
                <TextLink href={`/desk/receivers/${receiver.id}/change`}>{t('change')}</TextLink>
              )}
              {may(actor, 'settings.propose') && (
                <TextLink href={`/desk/receivers/${receiver.id}/erase`}>{t('erase.link')}</TextLink>
              )}
            </div>
          )}
        </Card>
        <Balances found={found} />
        <AccountList destinations={found.destinations} />
        <LimitList limits={found.limits} />
      </div>
      <Section
        id="payouts"
        title={t('payouts.title')}
        aside={<TextLink href={pathOf({ receiver: receiver.externalId })}>{t('payouts.list')}</TextLink>}
      >
        {payouts.length === 0 ? <Empty title={t('payouts.none')} /> : <Payouts payouts={payouts} />}
        <Pager
          next={found.nextCursor}
          isFirst={cursor === undefined}
          path={`/desk/receivers/${receiver.id}`}
        />
      </Section>
      {imported.length > 0 && (
        <Section
          id="imported"
          title={past('ofReceiver')}
          aside={
            <TextLink href={`/desk/moving/past?q=${encodeURIComponent(receiver.externalId)}`}>
              {past('title')}
            </TextLink>
          }
        >
          <ImportedList payouts={imported} />
        </Section>
      )}
      <Notes notes={found.notes} />
    </Page>
  )
}

function Balances({ found: { receiver, balances } }: { found: DeskReceiver }) {
  const t = useTranslations('receivers')
  return (
    <Card>
      <h2 className="mb-2 font-semibold">{t('balance.title')}</h2>
      {balances.length === 0 ? (
        <p className="text-ink-2">{t('balance.none')}</p>
      ) : (
        balances.map(({ currency, availableMinor, reservedMinor, paidMinor }) => (
          <div
            key={currency}
            className="not-first-of-type:mt-5 not-first-of-type:border-t not-first-of-type:border-line-strong not-first-of-type:pt-5"
          >
            <Facts>
              <Fact name={t('balance.available')}>
                <Money display={displayAmount(availableMinor, currency)} />
              </Fact>
              <Fact name={t('balance.reserved')}>
                <Money display={displayAmount(reservedMinor, currency)} />
              </Fact>
              <Fact name={t('balance.paid')}>
                <Money display={displayAmount(paidMinor, currency)} />
              </Fact>
            </Facts>
          </div>
        ))
      )}
      <div className="mt-3">
        <TextLink href={`/desk/balances/${receiver.id}`}>{t('balance.all')}</TextLink>
      </div>
    </Card>
  )
}

function Payouts({ payouts }: { payouts: DeskReceiver['payouts'] }) {
  return (
    <ul className="divide-y divide-line overflow-hidden rounded-2xl border border-line bg-surface wrap-anywhere">
      {payouts.map((payout) => (
        <li
          key={payout.id}
          className="relative grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 px-4 py-3 focus-within:bg-sunken hover:bg-sunken sm:px-5 lg:grid-cols-[12rem_minmax(0,1fr)_auto_9rem]"
        >
          <Link
            href={`/desk/payouts/${payout.id}`}
            prefetch={false}
            className="text-[0.9375rem] font-medium after:absolute after:inset-0"
          >
            <Time at={payout.createdAt} />
          </Link>
          <span className="order-3 text-sm text-ink-2 lg:order-none">
            <BankAccount bank={payout.destination['bank_name']} last4={payout.accountLast4} />
          </span>
          <span className="order-4 flex flex-wrap justify-end gap-2 lg:order-none">
            {/* Low on nearly every row would say nothing. */}
            {(payout.risk?.level === 'medium' || payout.risk?.level === 'high') && (
              <RiskTag level={payout.risk.level} />
            )}
            <StatusBadge status={payout.status} />
          </span>
          <span className="text-right">
            <Amount display={displayAmount(payout.amountMinor, payout.currency)} />
          </span>
        </li>
      ))}
    </ul>
  )
}

function Notes({ notes }: { notes: DeskReceiver['notes'] }) {
  const t = useTranslations('receivers')
  return (
    <Section id="notes" title={t('notes.title')}>
      {notes.length === 0 ? (
        <p className="text-ink-2">{t('notes.none')}</p>
      ) : (
        <ul className="space-y-3">
          {notes.map((note) => (
            <li key={note.id} className="rounded-2xl border border-line bg-surface p-4">
              <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-ink-2">
                <Tag
                  look={note.toReceiver ? 'bg-warn-soft text-warn' : 'bg-sunken text-ink-2'}
                  icon={note.toReceiver ? 'alert' : 'person'}
                  text={note.toReceiver ? t('notes.toReceiver') : t('notes.internal')}
                />
                <Link href={`/desk/payouts/${note.payoutId}`} prefetch={false} className="text-link">
                  <bdi>{note.authorName}</bdi>
                </Link>
                <Time at={note.writtenAt} />
              </p>
              <p className="mt-1 whitespace-pre-line">
                <Foreign text={note.text} />
              </p>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}
