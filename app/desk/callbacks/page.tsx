import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import Link from 'next/link'
import { Empty, Page, PageTitle } from '#app/_ui/card.tsx'
import { Pager } from '#app/_ui/page/pager.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import {
  showCallbacks,
  showChanged,
  showMissedCallbacks,
  showRefusedCallbacks,
} from '#lib/services/desk/show-callbacks.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { CallbackList } from './callback-list.tsx'
import { ChangedList } from './changed-list.tsx'
import { MissedMeter } from './missed-meter.tsx'
import { RefusedList } from './refused-list.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('callbacks')
  return { title: t('title') }
}

const views = ['all', 'look', 'changed', 'refused', 'missed'] as const
type View = (typeof views)[number]

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

/** Everything Cardzo sent us, what of it needs a look, what was refused, and what never came. */
export default async function CallbacksPage({ searchParams }: Props) {
  const actor = await requireActor('payout.see_all')
  const query = await searchParams
  const t = await getTranslations('callbacks')
  const view = views.find((one) => one === query['view']) ?? 'all'
  const cursor = typeof query['cursor'] === 'string' ? { cursor: query['cursor'] } : {}
  const day = typeof query['day'] === 'string' ? { day: query['day'] } : {}
  return (
    <Page wide>
      <SendingNotices actor={actor} />
      <PageTitle lead={t('intro')}>{t('title')}</PageTitle>
      <nav aria-label={t('views')} className="mb-6 flex flex-wrap gap-x-6 border-b border-line">
        {views.map((one) => (
          <Link
            key={one}
            href={one === 'all' ? '/desk/callbacks' : `/desk/callbacks?view=${one}`}
            prefetch={false}
            aria-current={one === view ? 'page' : undefined}
            className="inline-flex min-h-11 items-center border-b-2 border-transparent text-[0.9375rem] text-ink-2 hover:text-ink aria-[current]:border-accent aria-[current]:font-medium aria-[current]:text-ink"
          >
            {t(one)}
          </Link>
        ))}
      </nav>
      <Shown view={view} actor={actor} cursor={cursor} day={day} />
    </Page>
  )
}

type ShownProps = { view: View; actor: Actor; cursor: { cursor?: string }; day: { day?: string } }

async function Shown({ view, actor, cursor, day }: ShownProps) {
  const [deps, t] = await Promise.all([getDeps(), getTranslations('callbacks')])
  if (view === 'missed')
    return <MissedMeter meter={shown(await showMissedCallbacks(deps, actor, day))} {...day} />
  const page =
    view === 'refused'
      ? { refused: shown(await showRefusedCallbacks(deps, actor, cursor)) }
      : view === 'changed'
        ? { changed: shown(await showChanged(deps, actor, cursor)) }
        : { inbox: shown(await showCallbacks(deps, actor, { view, ...cursor })) }
  const { rows, nextCursor } =
    'refused' in page ? page.refused : 'changed' in page ? page.changed : page.inbox
  return (
    <>
      <p className="mb-4 text-[0.9375rem] text-ink-2">
        {t(view === 'refused' ? 'refusedIntro' : view === 'changed' ? 'changedIntro' : 'replayHint')}
      </p>
      {rows.length === 0 ? (
        <Empty title={t('none')}>
          <p>{t('noneText')}</p>
        </Empty>
      ) : 'refused' in page ? (
        <RefusedList rows={page.refused.rows} />
      ) : 'changed' in page ? (
        <ChangedList rows={page.changed.rows} />
      ) : (
        <CallbackList rows={page.inbox.rows} mayAskCardzo={page.inbox.mayAskCardzo} />
      )}
      <Pager
        next={nextCursor}
        isFirst={cursor.cursor === undefined}
        path="/desk/callbacks"
        query={new URLSearchParams(view === 'all' ? {} : { view })}
      />
    </>
  )
}
