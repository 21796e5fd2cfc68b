import type { Metadata } from 'next'
import { useLocale, useTranslations } from 'next-intl'
import { getLocale, getTranslations } from 'next-intl/server'
import Link from 'next/link'
import { Amount, BankAccount } from '#app/_ui/amount.tsx'
import { BackLink } from '#app/_ui/page/back-link.tsx'
import { ButtonLink } from '#app/_ui/button.tsx'
import { Empty, Page, PageTitle, Section } from '#app/_ui/card.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { displayAmount } from '#lib/payouts/money.ts'
import type { Locale } from '#lib/words/locales.ts'
import { moneyText } from '#lib/words/money.ts'
import { refusalText } from '#lib/words/refusal-text.ts'
import { reviewMany } from '#lib/services/approval/review-many.ts'
import type { Review } from '#lib/services/approval/review-many.ts'
import type { Payout } from '#lib/services/ports.ts'
import { receiverName } from '#lib/payouts/receiver-name.ts'
import { PayoutName } from '#app/desk/payout-name.tsx'
import { BalanceCover } from '#app/desk/_ui/balance-cover.tsx'
import { RiskMark } from '#app/desk/_ui/risk-tag.tsx'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { ApproveSet } from './approve-set.tsx'
import { writeSeen } from './done.ts'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('approve')
  return { title: t('title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

/** The chosen payouts as one set: read row by row, summed up, approved with one code. Loads again only when you ask for it. */
export default async function ApprovePage({ searchParams }: Props) {
  const actor = await requireActor('payout.decide')
  const numbers = [(await searchParams)['p'] ?? []].flat()
  const review = shown(await reviewMany(await getDeps(), actor, { numbers }))
  const [t, locale] = [await getTranslations('approve'), await getLocale()]
  const all = [...review.rows, ...review.leftOut].map(({ payout }) => payout)
  return (
    <Page wide>
      <SendingNotices actor={actor} />
      <BackLink href="/desk?tab=mine">{t('back')}</BackLink>
      <PageTitle lead={t('lead')}>{t('title')}</PageTitle>
      {all.length === 0 ? (
        <Empty title={t('noneTitle')}>
          <p className="mb-4">{t('noneText')}</p>
          <ButtonLink href="/desk?tab=mine" look="secondary">
            {t('toDesk')}
          </ButtonLink>
        </Empty>
      ) : (
        <BrowserWords areas={['approve']}>
          <ApproveSet
            frozen={{
              count: review.rows.length,
              seen: writeSeen(review.seen),
              setHash: review.setHash,
              sums: review.sums.map(({ amountMinor, currency }) =>
                moneyText(locale, displayAmount(amountMinor, currency)),
              ),
            }}
            notice={<BalanceCover covers={review.covers} />}
            names={Object.fromEntries(all.map((payout) => [payout.id, nameOf(locale, payout)]))}
          >
            <Shown review={review} />
          </ApproveSet>
        </BrowserWords>
      )}
    </Page>
  )
}

const nameOf = (locale: Locale, payout: Payout) => ({
  amount: moneyText(locale, displayAmount(payout.amountMinor, payout.currency)),
  receiver: receiverName(payout.receiver),
})

function Shown({ review: { rows, leftOut, sums } }: { review: Review }) {
  const [t, locale] = [useTranslations('approve'), useLocale()]
  return (
    <>
      {leftOut.length > 0 && (
        <Section id="left-out" title={t('leftOut')} aside={t('payouts', { n: leftOut.length })}>
          <ul className="divide-y divide-line rounded-2xl border border-line bg-surface">
            {leftOut.map(({ payout, ...why }) => (
              <li key={payout.id} className="px-4 py-3 sm:px-5">
                <Link href={`/desk/payouts/${payout.id}`} prefetch={false} className="text-link">
                  <PayoutName payout={payout} />
                </Link>
                <p className="text-[0.9375rem] leading-6 text-ink-2">
                  <bdi>{refusalText(locale, why)}</bdi>
                </p>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {rows.length > 0 && (
        <Section
          id="set"
          title={t('set')}
          aside={sums
            .map(
              ({ count, amountMinor, currency }) =>
                `${count} · ${moneyText(locale, displayAmount(amountMinor, currency))}`,
            )
            .join(', ')}
        >
          <ul className="divide-y divide-line rounded-2xl border border-line bg-surface">
            {rows.map((row) => (
              <Row key={row.payout.id} {...row} />
            ))}
          </ul>
        </Section>
      )}
    </>
  )
}

function Row({ payout, given, needed, risk }: Review['rows'][number]) {
  const t = useTranslations('approve')
  const missing = needed - given - 1
  return (
    <li className="grid grid-cols-[1fr_auto] gap-x-6 gap-y-1.5 px-4 py-3 sm:px-5">
      <div className="min-w-0">
        <Link
          href={`/desk/payouts/${payout.id}`}
          prefetch={false}
          className="block truncate font-medium hover:underline"
        >
          <bdi>{receiverName(payout.receiver)}</bdi>
        </Link>
        <p className="text-sm text-ink-2">
          <BankAccount bank={payout.destination['bank_name']} last4={payout.accountLast4} />
        </p>
      </div>
      <p className="text-right text-lg">
        <Amount display={displayAmount(payout.amountMinor, payout.currency)} />
      </p>
      <p className="col-span-2 flex flex-wrap items-center gap-x-2.5 gap-y-1 text-sm text-ink-2">
        <RiskMark level={risk?.level ?? null} />
        <span>{t('missing', { n: missing })}</span>
      </p>
    </li>
  )
}
