import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Alert } from '#app/_ui/alert.tsx'
import { Empty, Page, PageTitle } from '#app/_ui/card.tsx'
import { Pager } from '#app/_ui/page/pager.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { showAudit } from '#lib/services/audit/show-audit.ts'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { AuditFilters } from './audit-filters.tsx'
import { AuditList } from './audit-list.tsx'
import { readQuery, writeQuery } from './query.ts'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('audit')
  return { title: t('title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function AuditPage({ searchParams }: Props) {
  const actor = await requireActor('audit.see')
  const query = readQuery(await searchParams)
  const { rows, kinds, nextCursor, problems } = shown(await showAudit(await getDeps(), actor, query))
  const t = await getTranslations('audit')
  return (
    <Page wide>
      <SendingNotices actor={actor} />
      <PageTitle lead={t('lead')}>{t('title')}</PageTitle>
      <AuditFilters query={query} kinds={kinds} />
      {problems.map(({ path, message }) => (
        <div key={path} className="mt-6">
          <Alert tone="bad" title={`${path === 'from' ? 'From' : 'To'}: ${message}`} />
        </div>
      ))}
      <div className="mt-6">
        {rows.length === 0 ? (
          <Empty title={t('none')}>
            <p>{t('noneText')}</p>
          </Empty>
        ) : (
          <AuditList rows={rows} />
        )}
      </div>
      <Pager next={nextCursor} isFirst={query.cursor === null} path="/desk/audit" query={writeQuery(query)} />
    </Page>
  )
}
