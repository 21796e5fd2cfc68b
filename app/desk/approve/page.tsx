import type { Metadata } from 'next'
import { useLocale } from 'next-intl'
import Link from 'next/link'
import { Amount, BankAccount } from '#app/_ui/amount.tsx'
import { BackLink } from '#app/_ui/page/back-link.tsx'
import { ButtonLink } from '#app/_ui/button.tsx'
import { Empty, Page, PageTitle, Section } from '#app/_ui/card.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { displayAmount } from '#lib/payouts/money.ts'
import { refusalText } from '#lib/words/refusal-text.ts'
import { reviewMany } from '#lib/services/approval/review-many.ts'
import type { Review } from '#lib/services/approval/review-many.ts'
import type { Payout } from '#lib/services/ports.ts'
import { receiverName } from '#lib/payouts/receiver-name.ts'
import { RiskTag } from '#app/desk/_ui/risk-tag.tsx'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { ApproveSet } from './approve-set.tsx'
import { payoutsText, writeSeen } from './done.ts'

export const metadata: Metadata = { title: 'Approve several payouts' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

/** The chosen payouts as one set: read row by row, summed up, approved with one code. Loads again only when you ask for it. */
export default async function ApprovePage({ searchParams }: Props) {
  const actor = await requireActor('payout.decide')
  const numbers = [(await searchParams)['p'] ?? []].flat()
  const review = shown(await reviewMany(await getDeps(), actor, { numbers }))
  const all = [...review.rows, ...review.leftOut].map(({ payout }) => payout)
  return (
    <Page wide>
      <SendingNotices actor={actor} />
      <BackLink href="/desk?tab=mine">Back to the desk</BackLink>
      <PageTitle lead="Look through them. One code approves exactly what is shown here; what changes meanwhile is left out and named.">
        Approve several payouts
      </PageTitle>
      {all.length === 0 ? (
        <Empty title="No payout is chosen">
          <p className="mb-4">Choose some on the desk, then come back.</p>
          <ButtonLink href="/desk?tab=mine" look="secondary">
            What waits for me
          </ButtonLink>
        </Empty>
      ) : (
        <ApproveSet
          frozen={{
            count: review.rows.length,
            seen: writeSeen(review.seen),
            setHash: review.setHash,
            sums: review.sums.map(({ amountMinor, currency }) => displayAmount(amountMinor, currency)),
          }}
          names={Object.fromEntries(all.map((payout) => [payout.id, nameOf(payout)]))}
        >
          <Shown review={review} />
        </ApproveSet>
      )}
    </Page>
  )
}

const nameOf = (payout: Payout) => ({
  amount: displayAmount(payout.amountMinor, payout.currency),
  receiver: receiverName(payout.receiver),
})

function Shown({ review: { rows, leftOut, sums } }: { review: Review }) {
  const locale = useLocale()
  return (
    <>
      {leftOut.length > 0 && (
        <Section id="left-out" title="Left out" aside={payoutsText(leftOut.length)}>
          <ul className="divide-y divide-line rounded-2xl border border-line bg-surface">
            {leftOut.map(({ payout, ...why }) => (
              <li key={payout.id} className="px-4 py-3 sm:px-5">
                <Link href={`/desk/payouts/${payout.id}`} prefetch={false} className="text-link">
                  {nameOf(payout).amount} to <bdi>{nameOf(payout).receiver}</bdi>
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
          title="To approve"
          aside={sums
            .map(({ count, amountMinor, currency }) => `${count} · ${displayAmount(amountMinor, currency)}`)
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
        <RiskTag level={risk?.level ?? null} />
        {missing === 0 ? 'Yours is the last approval.' : `${payoutPeople(missing)} must agree after you.`}
      </p>
    </li>
  )
}

const payoutPeople = (count: number) => (count === 1 ? 'One more person' : `${count} more people`)
