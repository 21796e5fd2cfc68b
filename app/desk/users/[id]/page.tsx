import type { Metadata } from 'next'
import { BackLink } from '#app/_ui/page/back-link.tsx'
import { useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import Link from 'next/link'
import { DoneAlert } from '#app/_ui/alert.tsx'
import { ButtonLink } from '#app/_ui/button.tsx'
import type { Look } from '#app/_ui/button.tsx'
import { Card, Page, PageTitle, Section } from '#app/_ui/card.tsx'
import { Fact, Facts } from '#app/_ui/facts.tsx'
import { Age, Time } from '#app/_ui/time.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { may } from '#lib/payouts/permissions.ts'
import { showPerson } from '#lib/services/people/show-people.ts'
import type { ShownPerson } from '#lib/services/people/show-people.ts'
import type { Words } from '#lib/words/words.ts'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { isUserAct } from '../user-acts.ts'
import type { UserAct } from '../user-acts.ts'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('users')
  return { title: t('person.title') }
}

type Props = {
  params: Promise<{ id: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function UserPage({ params, searchParams }: Props) {
  const actor = await requireActor('user.see')
  const { id } = await params
  const { person } = shown(await showPerson(await getDeps(), actor, { userId: id }))
  const { done } = await searchParams
  const t = await getTranslations('users')
  const told = typeof done === 'string' ? toldOf(t, done) : null
  return (
    <Page desk>
      <SendingNotices actor={actor} />
      <BackLink href="/desk/users">{t('person.all')}</BackLink>
      <PageTitle lead={<bdi>{person.email}</bdi>}>
        <bdi>{person.name}</bdi>
      </PageTitle>
      {told !== null && <DoneAlert title={told} />}
      <Section id="account" title={t('person.account')}>
        <Card>
          <PersonFacts person={person} />
        </Card>
      </Section>
      {may(actor, 'user.manage') && (
        <Section id="change" title={t('person.change')}>
          {person.id === actor.id ? (
            <p className="text-[0.9375rem] text-ink-2">
              {t.rich('person.own', {
                link: (words) => (
                  <Link href="/account" prefetch={false} className="text-link">
                    {words}
                  </Link>
                ),
              })}
            </p>
          ) : (
            <Acts person={person} />
          )}
        </Section>
      )}
    </Page>
  )
}

function toldOf(t: Words<'users'>, done: string): string | null {
  if (done === 'invited') return t('invite.sent')
  return isUserAct(done) ? t(`act.${done}.done`) : null
}

/** What can be done to this account as it is: what is done most, then what ends a way in, and what ends them all. */
function actsFor(person: ShownPerson): { main: UserAct; others: UserAct[]; final: UserAct[] } {
  if (person.disabledAt) return { main: 'person', others: [], final: [] }
  const usual: UserAct[] = person.role === 'receiver' ? [] : ['role']
  const main: UserAct = person.hasPassword ? (usual[0] ?? 'invite') : 'invite'
  const others = [...usual, 'invite', 'end-sessions', 'person'] as const
  return {
    main,
    others: others.filter((act) => act !== main),
    final: [...(person.hasFactor ? (['reset-factor'] as const) : []), 'disable'],
  }
}

function Acts({ person }: { person: ShownPerson }) {
  const t = useTranslations('users')
  const { main, others, final } = actsFor(person)
  const links = (acts: readonly UserAct[], lookOf: (act: UserAct) => Look) => (
    <ul className="flex flex-wrap gap-3">
      {acts.map((act) => (
        <li key={act}>
          <ButtonLink href={`/desk/users/${person.id}/${act}`} look={lookOf(act)}>
            {t(`act.${act}.title`)}
          </ButtonLink>
        </li>
      ))}
    </ul>
  )
  return (
    <>
      <div>{links([main, ...others], (act) => (act === main ? 'primary' : 'secondary'))}</div>
      {final.length > 0 && (
        <div className="mt-6 border-t border-line pt-6">{links(final, () => 'danger')}</div>
      )}
    </>
  )
}

function PersonFacts({ person }: { person: ShownPerson }) {
  const [t, role] = [useTranslations('users'), useTranslations('site.role')]
  const { disabledAt, lastSeenAt } = person
  return (
    <Facts>
      <Fact name={t('role')}>{role(person.role)}</Fact>
      <Fact name={t('person.state')}>
        {disabledAt
          ? t.rich('person.disabled', { time: () => <Time at={disabledAt} /> })
          : t('person.active')}
      </Fact>
      <Fact name={t('person.password')}>
        {person.hasPassword ? t('person.passwordSet') : t('person.passwordNone')}
      </Fact>
      <Fact name={t('person.factor')}>
        {person.hasFactor ? t('person.factorSet') : t('person.factorNone')}
      </Fact>
      {person.invitedUntil && (
        <Fact name={t('person.invited')}>
          <Time at={person.invitedUntil} />
        </Fact>
      )}
      <Fact name={t('activity')}>
        {lastSeenAt ? t.rich('seen', { age: () => <Age at={lastSeenAt} /> }) : t('never')}
      </Fact>
      <Fact name={t('person.sessions')}>{person.openSessions}</Fact>
      <Fact name={t('person.same')}>
        {person.alsoIs.length === 0
          ? t('person.sameNobody')
          : person.alsoIs.map(({ id, name, email }) => (
              <span key={id} className="block">
                <bdi>{name}</bdi> (<bdi>{email}</bdi>)
              </span>
            ))}
      </Fact>
    </Facts>
  )
}
