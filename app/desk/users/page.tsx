import type { Metadata } from 'next'
import { useTranslations } from 'next-intl'
import Link from 'next/link'
import { Tag } from '#app/_ui/badge.tsx'
import { ButtonLink } from '#app/_ui/button.tsx'
import { Page, PageTitle } from '#app/_ui/card.tsx'
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

export const metadata: Metadata = { title: 'Users' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function UsersPage({ searchParams }: Props) {
  const actor = await requireActor('user.see')
  const deps = await getDeps()
  const { people } = shown(await showPeople(deps, actor))
  const { proposals } = shown(await showAccess(deps, actor))
  const { done } = await searchParams
  return (
    <Page wide>
      <SendingNotices actor={actor} />
      <div className="flex flex-wrap items-start justify-between gap-x-6">
        <PageTitle lead="Everybody who can sign in. Nobody changes their own account here.">Users</PageTitle>
        {may(actor, 'user.manage') && <ButtonLink href="/desk/users/new">Invite somebody</ButtonLink>}
      </div>
      <AccessDone done={done} />
      <AccessProposals proposals={proposals.filter(({ isKey }) => !isKey)} />
      <ul className="divide-y divide-line rounded-2xl border border-line bg-surface">
        {people.map((person) => (
          <Row key={person.id} person={person} />
        ))}
      </ul>
    </Page>
  )
}

function Row({ person }: { person: ShownPerson }) {
  const t = useTranslations('site.role')
  return (
    <li className="relative grid gap-x-6 gap-y-1 px-5 py-3.5 text-[0.9375rem] focus-within:bg-sunken hover:bg-sunken sm:grid-cols-[minmax(0,1.5fr)_8rem_10rem_9rem] sm:items-center">
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
      <p>{t(person.role)}</p>
      <p>
        <FactorTag person={person} />
      </p>
      <p className="text-sm text-ink-2">
        {person.lastSeenAt ? (
          <>
            seen <Age at={person.lastSeenAt} /> ago
          </>
        ) : (
          'never seen'
        )}
      </p>
    </li>
  )
}

function FactorTag({ person }: { person: ShownPerson }) {
  if (person.disabledAt) return <Tag look="bg-sunken text-ink-2" icon="cross" text="Disabled" />
  if (person.role === 'receiver') return null
  if (person.hasFactor) return <Tag look="bg-good-soft text-good" icon="check" text="Second factor" />
  const text = person.hasPassword ? 'No second factor' : 'Invited'
  return <Tag look="bg-warn-soft text-warn" icon="alert" text={text} />
}
