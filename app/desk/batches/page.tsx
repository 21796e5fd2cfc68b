import type { Metadata } from 'next'
import { useLocale, useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import Link from 'next/link'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { ButtonLink } from '#app/_ui/button.tsx'
import { Empty, Page, PageTitle } from '#app/_ui/card.tsx'
import { Pager } from '#app/_ui/page/pager.tsx'
import { Time } from '#app/_ui/time.tsx'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import { listBatches, stateOf } from '#lib/services/batch/show-batch.ts'
import { mayMakeBatches } from '#lib/services/batch/check-batch.ts'
import type { Batch } from '#lib/services/ports.ts'
import { moneyText } from '#lib/words/money.ts'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('batches'))('title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function BatchesPage({ searchParams }: Props) {
  const actor = await requireActor('payout.see_all')
  const { cursor } = await searchParams
  const page = shown(
    await listBatches(await getDeps(), actor, { ...(typeof cursor === 'string' && { cursor }) }),
  )
  const t = await getTranslations('batches')
  return (
    <Page wide>
      <SendingNotices actor={actor} />
      <div className="flex items-start justify-between gap-x-6 max-sm:mb-6 max-sm:flex-wrap [&>a]:shrink-0">
        <PageTitle lead={t('lead')}>{t('title')}</PageTitle>
        {mayMakeBatches(actor) && <ButtonLink href="/desk/batches/new">{t('add')}</ButtonLink>}
      </div>
      {page.batches.length === 0 ? (
        <Empty title={t('none')}>
          <p>{t('noneText')}</p>
        </Empty>
      ) : (
        <ul className="divide-y divide-line rounded-2xl border border-line bg-surface">
          {page.batches.map((batch) => (
            <Row key={batch.id} batch={batch} />
          ))}
        </ul>
      )}
      <Pager next={page.nextCursor} isFirst={cursor === undefined} path="/desk/batches" />
    </Page>
  )
}

function Row({ batch }: { batch: Batch }) {
  const [t, locale] = [useTranslations('batches'), useLocale()]
  return (
    <li className="relative flex flex-wrap items-center justify-between gap-x-6 gap-y-1 px-4 py-3 focus-within:bg-sunken hover:bg-sunken sm:px-5">
      <div className="min-w-0">
        <Link
          href={`/desk/batches/${batch.id}`}
          prefetch={false}
          className="block font-medium break-words after:absolute after:inset-0"
        >
          <bdi>{batch.name}</bdi>
        </Link>
        <p className="text-sm text-ink-2">
          {t.rich('made', { name: batch.madeByName, at: () => <Time at={batch.madeAt} /> })}
        </p>
      </div>
      <div className="text-[0.9375rem] sm:text-right">
        <p>{t(`state.${stateOf(batch)}`)}</p>
        <p className="text-sm text-ink-2">
          {[
            t('rows', { n: batch.rows }),
            ...batch.sums.map(({ amountMinor, currency }) =>
              moneyText(locale, displayAmount(amountMinor, currency)),
            ),
          ].join(' · ')}
        </p>
      </div>
    </li>
  )
}
