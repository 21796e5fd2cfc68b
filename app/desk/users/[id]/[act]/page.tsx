import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import Link from 'next/link'
import { notFound, redirect } from 'next/navigation'
import { Card, Page, PageTitle } from '#app/_ui/card.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { roles } from '#lib/payouts/permissions.ts'
import { isolatedIfRtl } from '#lib/payouts/text.ts'
import { previewLeaving } from '#lib/services/approval/preview-leaving.ts'
import { showPerson } from '#lib/services/people/show-people.ts'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { LeavingNotice } from '../../leaving-notice.tsx'
import { isUserAct } from '../../user-acts.ts'
import { ActForm } from './act-form.tsx'

type Props = { params: Promise<{ id: string; act: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [t, { act }] = [await getTranslations('users'), await params]
  return { title: isUserAct(act) ? t(`act.${act}.title`) : t('person.title') }
}

const staffRoles = roles.filter((role) => role !== 'receiver')

/** One act on one account: what it does, what it would leave undone, and the code for it. */
export default async function UserActPage({ params }: Props) {
  const actor = await requireActor('user.manage')
  const { id, act } = await params
  if (!isUserAct(act)) notFound()
  const deps = await getDeps()
  const [t, role] = [await getTranslations('users'), await getTranslations('site.role')]
  const { person, others } = shown(await showPerson(deps, actor, { userId: id }))
  if (person.id === actor.id) redirect(`/desk/users/${person.id}`)
  const isAboutApproving = person.role === 'approver' && act !== 'invite'
  const leaving = isAboutApproving ? shown(await previewLeaving(deps, actor, { userId: person.id })) : null
  return (
    <Page desk>
      <SendingNotices actor={actor} />
      <p className="mb-2 text-[0.9375rem]">
        <Link href={`/desk/users/${person.id}`} prefetch={false} className="text-link">
          <bdi>{person.name}</bdi>
        </Link>
      </p>
      <PageTitle lead={t(`act.${act}.text`)}>{t(`act.${act}.title`)}</PageTitle>
      <div className="space-y-6">
        {leaving && <LeavingNotice blocked={leaving.blocked} approvals={leaving.approvals} />}
        <Card>
          <BrowserWords areas={['users']}>
            <ActForm
              act={act}
              userId={person.id}
              roles={staffRoles.map((value) => ({ value, text: role(value) }))}
              role={person.role}
              sameAs={person.alsoIs[0]?.id ?? ''}
              others={others.map(({ id, name, email }) => ({
                id,
                label: `${isolatedIfRtl(name)} (${email})`,
              }))}
            />
          </BrowserWords>
        </Card>
      </div>
    </Page>
  )
}
