import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { Button } from '#app/_ui/button.tsx'
import { Empty, Page, PageTitle } from '#app/_ui/card.tsx'
import { TextField } from '#app/_ui/form/field.tsx'
import { ImportedList } from '#app/_ui/imported-list.tsx'
import { Pager } from '#app/_ui/page/pager.tsx'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { listImported } from '#lib/services/moving/show-imports.ts'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('moving'))('past.title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

/** What former systems paid, newest first, and a search by the names that such payouts have. */
export default async function PastPage({ searchParams }: Props) {
  const actor = await requireActor('payout.see_all')
  const { q, cursor } = await searchParams
  const search = typeof q === 'string' ? q : ''
  const page = shown(
    await listImported(await getDeps(), actor, {
      search,
      ...(typeof cursor === 'string' && { cursor }),
    }),
  )
  const t = await getTranslations('moving.past')
  return (
    <Page desk>
      <SendingNotices actor={actor} />
      <PageTitle lead={t('lead')}>{t('title')}</PageTitle>
      <form method="get" className="mb-6 flex flex-wrap items-end gap-3">
        <div className="min-w-0 flex-1">
          <TextField
            name="q"
            label={t('search')}
            optional
            input={{ type: 'search', defaultValue: search, maxLength: 200 }}
          />
        </div>
        <Button look="secondary">{t('button')}</Button>
      </form>
      {page.data.length === 0 ? (
        <Empty title={t('none')}>
          <p>{t('noneText')}</p>
        </Empty>
      ) : (
        <ImportedList payouts={page.data} whose />
      )}
      <Pager
        next={page.nextCursor}
        isFirst={cursor === undefined}
        path="/desk/moving/past"
        query={new URLSearchParams(search === '' ? {} : { q: search })}
      />
    </Page>
  )
}
