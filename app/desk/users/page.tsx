import type { Metadata } from 'next'
import { useTranslations } from 'next-intl'
import { getLocale, getTranslations } from 'next-intl/server'
import Link from 'next/link'
import { Tag } from '#app/_ui/badge.tsx'
import { ButtonLink } from '#app/_ui/button.tsx'
import { Page, PageTitle, TitleRow } from '#app/_ui/card.tsx'
import { Age } from '#app/_ui/time.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { may } from '#lib/payouts/permissions.ts'
import { showAccess } from '#lib/services/people/show-access.ts'
import { showPeople } from '#lib/services/people/show-people.ts'
import type { ShownPerson } from '#lib/services/people/show-people.ts'
import { AccessDone } from '#app/desk/_access/done.tsx'
import { AccessProposals } from '#app/desk/_access/proposals.tsx'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('users')
  return { title: t('title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function UsersPage({ searchParams }: Props) {
  const actor = await requireActor('user.see')
  const deps = await getDeps()
  const { people } = shown(await showPeople(deps, actor))
  const { proposals } = shown(await showAccess(deps, actor, await getLocale()))
  const { done } = await searchParams
  const t = await getTranslations('users')
  return (
    <Page wide>
      <SendingNotices actor={actor} />
      <TitleRow>
        <PageTitle lead={t('lead')}>{t('title')}</PageTitle>
        {may(actor, 'user.manage') && <ButtonLink href="/desk/users/new">{t('invite.title')}</ButtonLink>}
      </TitleRow>
      <AccessDone done={done} />
      <AccessProposals proposals={proposals.filter(({ page }) => page === '/desk/users')} />
      {/* Each row says by its own words what it shows, so this line is for the eye. */}
      <div aria-hidden="true" className={`hidden px-5 pb-2 text-sm text-ink-3 sm:grid ${columns}`}>
        <span>{t('name')}</span>
        <span>{t('role')}</span>
        <span>{t('security')}</span>
        <span>{t('activity')}</span>
      </div>
      <ul className="divide-y divide-line rounded-2xl border border-line bg-surface">
        {people.map((person) => (
          <Row key={person.id} person={person} />
        ))}
      </ul>
    </Page>
  )
}

const columns = 'gap-x-6 sm:grid-cols-[minmax(0,1.5fr)_9rem_13rem_11rem]'

function Row({ person }: { person: ShownPerson }) {
  const [t, role] = [useTranslations('users'), useTranslations('site.role')]
  const { lastSeenAt } = person
  return (
    <li
      className={`relative grid gap-y-1 px-5 py-3.5 text-[0.9375rem] focus-within:bg-sunken hover:bg-sunken sm:items-center ${columns}`}
    >
      <div className="min-w-0">
        <Link
          href={`/desk/users/${person.id}`}
          prefetch={false}
          className="block truncate font-medium after:absolute after:inset-0"
        >
          <bdi>{person.name}</bdi>
        </Link>
        <p className="truncate text-sm text-ink-3">
          <bdi>{person.email}</bdi>
        </p>
      </div>
      <p>{role(person.role)}</p>
      <p>
        <FactorTag person={person} />
      </p>
      <p className="text-sm text-ink-2">
        <span className="sm:sr-only">{t('activity')}: </span>
        {lastSeenAt ? t.rich('seen', { age: () => <Age at={lastSeenAt} /> }) : t('never')}
      </p>
    </li>
  )
}

function FactorTag({ person }: { person: ShownPerson }) {
  const t = useTranslations('users.tag')
  if (person.disabledAt) return <Tag look="bg-sunken text-ink-2" icon="cross" text={t('disabled')} />
  if (person.role === 'receiver') return null
  if (person.hasFactor) return <Tag look="bg-good-soft text-good" icon="check" text={t('factor')} />
  const text = person.hasPassword ? t('noFactor') : t('invited')
  return <Tag look="bg-warn-soft text-warn" icon="alert" text={text} />
}
