import type { Metadata } from 'next'
import { useTranslations } from 'next-intl'
import Link from 'next/link'
import { Alert } from '#app/_ui/alert.tsx'
import { ButtonLink } from '#app/_ui/button.tsx'
import { Card, Page, PageTitle, Section } from '#app/_ui/card.tsx'
import { Fact, Facts } from '#app/_ui/facts.tsx'
import { Age, Time } from '#app/_ui/time.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { may } from '#lib/payouts/permissions.ts'
import { showPerson } from '#lib/services/people/show-people.ts'
import type { ShownPerson } from '#lib/services/people/show-people.ts'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { isUserAct, userActs } from '../user-acts.ts'
import type { UserAct } from '../user-acts.ts'

export const metadata: Metadata = { title: 'User' }

type Props = {
  params: Promise<{ id: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function UserPage({ params, searchParams }: Props) {
  const actor = await requireActor('user.see')
  const { id } = await params
  const { person } = shown(await showPerson(await getDeps(), actor, { userId: id }))
  const { done } = await searchParams
  const told = typeof done === 'string' ? toldOf(done) : null
  return (
    <Page>
      <SendingNotices actor={actor} />
      <p className="mb-2 text-[0.9375rem]">
        <Link href="/desk/users" prefetch={false} className="text-link">
          All users
        </Link>
      </p>
      <PageTitle lead={<bdi>{person.email}</bdi>}>
        <bdi>{person.name}</bdi>
      </PageTitle>
      {told !== null && (
        <div className="mb-6">
          <Alert tone="good" role="status" title={told} />
        </div>
      )}
      <Section id="account" title="Account">
        <Card>
          <PersonFacts person={person} />
        </Card>
      </Section>
      {may(actor, 'user.manage') && (
        <Section id="change" title="Change">
          {person.id === actor.id ? (
            <p className="text-[0.9375rem] text-ink-2">
              This is your own account: another administrator must change it. Password and second factor are
              on{' '}
              <Link href="/account" prefetch={false} className="text-link">
                your account page
              </Link>
              .
            </p>
          ) : (
            <ul className="flex flex-wrap gap-3">
              {actsFor(person).map((act) => (
                <li key={act}>
                  <ButtonLink href={`/desk/users/${person.id}/${act}`} look="secondary">
                    {userActs[act].title}
                  </ButtonLink>
                </li>
              ))}
            </ul>
          )}
        </Section>
      )}
    </Page>
  )
}

function toldOf(done: string): string | null {
  if (done === 'invited') return 'The invitation is on its way.'
  return isUserAct(done) ? userActs[done].done : null
}

/** What can be done to this account as it is. */
function actsFor(person: ShownPerson): UserAct[] {
  if (person.disabledAt) return ['person']
  const isStaff = person.role !== 'receiver'
  return [
    ...(isStaff ? (['role'] as const) : []),
    'invite',
    ...(person.hasFactor ? (['reset-factor'] as const) : []),
    'end-sessions',
    'person',
    'disable',
  ]
}

function PersonFacts({ person }: { person: ShownPerson }) {
  const role = useTranslations('site.role')
  return (
    <Facts>
      <Fact name="Role">{role(person.role)}</Fact>
      <Fact name="State">{person.disabledAt ? <Disabled at={person.disabledAt} /> : 'active'}</Fact>
      <Fact name="Password">{person.hasPassword ? 'set' : 'none yet'}</Fact>
      <Fact name="Second factor">{person.hasFactor ? 'yes' : 'no'}</Fact>
      {person.invitedUntil && (
        <Fact name="Invited until">
          <Time at={person.invitedUntil} />
        </Fact>
      )}
      <Fact name="Last seen">
        {person.lastSeenAt ? (
          <>
            <Age at={person.lastSeenAt} /> ago
          </>
        ) : (
          'never'
        )}
      </Fact>
      <Fact name="Open sessions">{person.openSessions}</Fact>
      <Fact name="Same person as">
        {person.alsoIs.length === 0
          ? 'nobody else'
          : person.alsoIs.map(({ id, name, email }) => (
              <span key={id} className="block">
                <bdi>{name}</bdi> (<bdi>{email}</bdi>)
              </span>
            ))}
      </Fact>
    </Facts>
  )
}

function Disabled({ at }: { at: Date }) {
  return (
    <>
      disabled on <Time at={at} />
    </>
  )
}
