import type { Metadata } from 'next'
import { useLocale, useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import Link from 'next/link'
import { Alert } from '#app/_ui/alert.tsx'
import { AskFirst, Confirm } from '#app/_ui/ask-first.tsx'
import { Account, Amount } from '#app/_ui/amount.tsx'
import { StatusBadge } from '#app/_ui/badge.tsx'
import { ButtonLink } from '#app/_ui/button.tsx'
import { Empty, Page, PageTitle, Section, TitleRow } from '#app/_ui/card.tsx'
import { ImportedList } from '#app/_ui/imported-list.tsx'
import { TakeFocus } from '#app/_ui/take-focus.tsx'
import { Pager } from '#app/_ui/page/pager.tsx'
import { Time } from '#app/_ui/time.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { isFrozenUntil } from '#lib/payouts/freeze.ts'
import { displayAmount } from '#lib/payouts/money.ts'
import { importedOf } from '#lib/services/moving/show-imports.ts'
import { listOwnPayouts } from '#lib/services/payout/list-payouts.ts'
import type { Payout } from '#lib/services/ports.ts'
import { waitsOf } from '#lib/services/payout/show-status.ts'
import { moneyText } from '#lib/words/money.ts'
import { isFinal } from '#lib/payouts/transitions.ts'
import { localeHere, zoneHere } from '#app/_server/locale.ts'
import { filterTexts, readFilter, toOwnFilter } from './filter.ts'
import { FilterForm } from './filter-form.tsx'
import { RefreshWhileOpen } from './refresh-while-open.tsx'
import { CancelForm } from './cancel-form.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('withdrawals')
  return { title: t('title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function WithdrawalsPage({ searchParams }: Props) {
  const actor = await requireActor('payout.see_own')
  const t = await getTranslations('withdrawals')
  const query = await searchParams
  const { cursor, cancel } = query
  const filter = readFilter(query)
  const filtered = filterTexts(filter)
  const keep = { ...filtered, ...(typeof cursor === 'string' && { cursor }) }
  const page = shown(
    await listOwnPayouts(await getDeps(), actor, {
      ...toOwnFilter(filter, (await zoneHere()) ?? 'UTC'),
      ...(typeof cursor === 'string' && { cursor }),
      locale: await localeHere(),
    }),
  )
  const isSet = Object.keys(filtered).length > 0
  // Beside the last page of the list: they are older than all of it.
  const imported =
    isSet || page.nextCursor !== null || actor.receiverId === null
      ? []
      : await importedOf(await getDeps(), actor, actor.receiverId)
  const past = await getTranslations('moving.past')
  return (
    <Page>
      <TitleRow>
        <PageTitle>{t('title')}</PageTitle>
        <ButtonLink href="/withdraw?to=default">{t('withdraw')}</ButtonLink>
      </TitleRow>
      {page.rows.some(({ payout }) => !isFinal(payout.status)) && cancel === undefined && (
        <RefreshWhileOpen />
      )}
      <FilterForm filter={filter} />
      {page.rows.length === 0 ? (
        <Empty title={isSet ? t('filter.nothingTitle') : t('emptyTitle')}>
          <p>{isSet ? t('filter.nothingText') : t('emptyText')}</p>
        </Empty>
      ) : (
        <ul className="mt-4 space-y-3">
          {page.rows.map((row) => (
            <OwnPayout key={row.payout.id} {...row} asked={cancel === row.payout.id} keep={keep} />
          ))}
        </ul>
      )}
      <Pager
        next={page.nextCursor}
        isFirst={cursor === undefined}
        path="/withdrawals"
        query={new URLSearchParams(filtered)}
      />
      {imported.length > 0 && (
        <Section id="imported" title={past('own')}>
          <p className="mb-3 text-[0.9375rem] text-ink-2">{past('ownText')}</p>
          <ImportedList payouts={imported} />
        </Section>
      )}
    </Page>
  )
}

type OwnRow = { payout: Payout; statusPath: string | null; canCancel: boolean; reason: string | null }
/** `asked`: shows the question whether to cancel it. */
type RowProps = OwnRow & { asked: boolean; keep: Record<string, string> }

const pathWith = (keep: Record<string, string>) => {
  const query = new URLSearchParams(keep).toString()
  return query === '' ? '/withdrawals' : `/withdrawals?${query}`
}

function OwnPayout({ payout, statusPath, canCancel, reason, asked, keep }: RowProps) {
  const [t, pay, locale] = [useTranslations('withdrawals'), useTranslations('pay'), useLocale()]
  const display = displayAmount(payout.amountMinor, payout.currency)
  const amount = moneyText(locale, display)
  const { coolingOffUntil } = waitsOf(payout)
  return (
    <li className="relative rounded-2xl border border-line bg-surface p-4 sm:p-5">
      <div className="flex items-start justify-between gap-4">
        <p className="text-xl tracking-tight">
          <Amount display={display} />
        </p>
        <StatusBadge status={payout.status} />
      </div>
      <p className="mt-1.5 text-sm text-ink-2">
        <Account last4={payout.accountLast4} /> · <Time at={payout.createdAt} />
      </p>
      {coolingOffUntil && (
        <p className="mt-1 text-sm text-ink-2">
          {isFrozenUntil(coolingOffUntil)
            ? t('frozenAccount')
            : t.rich('newAccount', { at: () => <Time at={coolingOffUntil} /> })}
        </p>
      )}
      {reason !== null && (
        <p className="mt-1 text-sm break-words text-ink-2">
          <bdi>{reason}</bdi>
        </p>
      )}
      <div className="mt-2 -mb-2 -ml-1 flex flex-wrap items-center justify-between gap-x-4">
        {statusPath === null ? (
          <span className="inline-flex min-h-11 items-center px-1 text-sm text-ink-3">
            {t('linkExpired')}
          </span>
        ) : payout.status === 'action_required' ? (
          <span className="p-1">
            <ButtonLink href={statusPath}>{pay('headline.action_required')}</ButtonLink>
          </span>
        ) : (
          <Link
            href={statusPath}
            prefetch={false}
            className="text-link inline-flex min-h-11 items-center px-1 text-[0.9375rem]"
          >
            {t.rich('view', { amount, of: (text) => <span className="sr-only">{text}</span> })}
          </Link>
        )}
        {canCancel && !asked && (
          <AskFirst path="/withdrawals" name="cancel" id={payout.id} keep={keep}>
            <span>{t('cancel')}</span>
            <span className="sr-only"> {amount}</span>
          </AskFirst>
        )}
      </div>
      {asked && canCancel && (
        <Confirm id={`cancel-${payout.id}`} question={t('cancelQuestion', { amount })} back={pathWith(keep)}>
          <BrowserWords areas={['withdrawals']}>
            <CancelForm id={payout.id} label={amount} />
          </BrowserWords>
        </Confirm>
      )}
      {asked && payout.status === 'cancelled' && (
        <TakeFocus className="mt-3">
          <Alert tone="good" title={pay('headline.cancelled')} role="status" />
        </TakeFocus>
      )}
      {asked && !canCancel && payout.status !== 'cancelled' && (
        <div className="mt-3">
          <Alert tone="warn" title={t('changedTitle')} role="status">
            <p>{t('changedText')}</p>
          </Alert>
        </div>
      )}
    </li>
  )
}
