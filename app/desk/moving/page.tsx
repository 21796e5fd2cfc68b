import type { Metadata } from 'next'
import { useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import Link from 'next/link'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { ButtonLink } from '#app/_ui/button.tsx'
import { Empty, Page, PageTitle, Section, TitleRow } from '#app/_ui/card.tsx'
import { Pager } from '#app/_ui/page/pager.tsx'
import { TextLink } from '#app/_ui/text-link.tsx'
import { Time } from '#app/_ui/time.tsx'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { may } from '#lib/payouts/permissions.ts'
import { listImports, stateOf } from '#lib/services/moving/show-imports.ts'
import type { Import } from '#lib/services/ports.ts'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('moving'))('title') }
}

const exportCommand = 'npm run --silent admin -- export --to DIR'

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

/** What was brought in or waits to be, and how to take everything out. */
export default async function MovingPage({ searchParams }: Props) {
  const actor = await requireActor('moving.see')
  const { cursor } = await searchParams
  const page = shown(
    await listImports(await getDeps(), actor, { ...(typeof cursor === 'string' && { cursor }) }),
  )
  const t = await getTranslations('moving')
  return (
    <Page wide>
      <SendingNotices actor={actor} />
      <TitleRow>
        <PageTitle lead={t('lead')}>{t('title')}</PageTitle>
        {may(actor, 'moving.import') && <ButtonLink href="/desk/moving/new">{t('add')}</ButtonLink>}
      </TitleRow>
      {page.imports.length === 0 ? (
        <Empty title={t('none')}>
          <p>{t('noneText')}</p>
        </Empty>
      ) : (
        <ul className="divide-y divide-line rounded-2xl border border-line bg-surface">
          {page.imports.map((one) => (
            <Row key={one.id} imported={one} />
          ))}
        </ul>
      )}
      <Pager next={page.nextCursor} isFirst={cursor === undefined} path="/desk/moving" />
      <p className="mt-4">
        <TextLink href="/desk/moving/past">{t('pastLink')}</TextLink>
      </p>
      <Section id="out" title={t('out.title')}>
        <p className="mb-3 text-[0.9375rem] leading-6 text-ink-2">{t('out.text')}</p>
        <pre
          tabIndex={0}
          aria-label={t('out.command')}
          className="overflow-x-auto rounded-xl border border-line bg-surface p-4 font-mono text-[0.8125rem]"
        >
          {exportCommand}
        </pre>
      </Section>
    </Page>
  )
}

function Row({ imported }: { imported: Import }) {
  const t = useTranslations('moving')
  const { id, name, kind, rows, proposedByName, proposedAt } = imported
  return (
    <li className="relative flex flex-wrap items-center justify-between gap-x-6 gap-y-1 px-4 py-3 focus-within:bg-sunken hover:bg-sunken sm:px-5">
      <div className="min-w-0">
        <Link
          href={`/desk/moving/${id}`}
          prefetch={false}
          className="block font-medium break-words after:absolute after:inset-0"
        >
          <bdi>{name}</bdi>
        </Link>
        <p className="text-sm break-words text-ink-2">
          {t.rich('made', { name: () => <bdi>{proposedByName}</bdi>, at: () => <Time at={proposedAt} /> })}
        </p>
      </div>
      <div className="text-right text-[0.9375rem]">
        <p>{t(`state.${stateOf(imported)}`)}</p>
        <p className="text-sm text-ink-2">{[t(`kind.${kind}`), t('rows', { n: rows })].join(' · ')}</p>
      </div>
    </li>
  )
}
