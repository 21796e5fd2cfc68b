import type { Metadata } from 'next'
import { useTranslations } from 'next-intl'
import { getLocale, getTranslations } from 'next-intl/server'
import { Tag } from '#app/_ui/badge.tsx'
import { ButtonLink } from '#app/_ui/button.tsx'
import { Empty, Page, PageTitle, TitleRow } from '#app/_ui/card.tsx'
import { DoneAlert } from '#app/_ui/alert.tsx'
import type { IconName } from '#app/_ui/icons.tsx'
import { TextLink } from '#app/_ui/text-link.tsx'
import { Age, Time } from '#app/_ui/time.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { may } from '#lib/payouts/permissions.ts'
import { showAccess } from '#lib/services/people/show-access.ts'
import { showKeys } from '#lib/services/key/show-keys.ts'
import type { ShownKey } from '#lib/services/key/show-keys.ts'
import { AccessDone } from '#app/desk/_access/done.tsx'
import { AccessProposals } from '#app/desk/_access/proposals.tsx'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('keys')
  return { title: t('title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

const looks = {
  active: { look: 'bg-good-soft text-good', icon: 'check' },
  waiting: { look: 'bg-warn-soft text-warn', icon: 'clock' },
  owner_left: { look: 'bg-bad-soft text-bad', icon: 'cross' },
  expired: { look: 'bg-sunken text-ink-2', icon: 'clock' },
  revoked: { look: 'bg-sunken text-ink-2', icon: 'cross' },
} as const satisfies Record<ShownKey['state'], { look: string; icon: IconName }>

export default async function KeysPage({ searchParams }: Props) {
  const actor = await requireActor('key.see')
  const deps = await getDeps()
  const { keys } = shown(await showKeys(deps, actor))
  const { proposals } = shown(await showAccess(deps, actor, await getLocale()))
  const { done } = await searchParams
  const t = await getTranslations('keys')
  return (
    <Page wide>
      <SendingNotices actor={actor} />
      <TitleRow>
        <PageTitle lead={t('lead')}>{t('title')}</PageTitle>
        {may(actor, 'key.manage') && <ButtonLink href="/desk/keys/new">{t('create')}</ButtonLink>}
      </TitleRow>
      <p className="mb-6">
        <TextLink href="/developers">{t('developers')}</TextLink>
      </p>
      {done === 'revoked' && <DoneAlert title={t('revoked')} />}
      <AccessDone done={done} />
      <AccessProposals proposals={proposals.filter(({ page }) => page === '/desk/keys')} />
      {keys.length === 0 ? (
        <Empty title={t('none')} />
      ) : (
        <ul className="divide-y divide-line rounded-2xl border border-line bg-surface">
          {keys.map((key) => (
            <Row key={key.id} shown={key} mayRevoke={may(actor, 'key.manage')} />
          ))}
        </ul>
      )}
    </Page>
  )
}

function Row({ shown: key, mayRevoke }: { shown: ShownKey; mayRevoke: boolean }) {
  const t = useTranslations('keys')
  const { lastUsedAt, expiresAt } = key
  const scopes = key.scopes.map((scope) => t(`scope.${scope}`))
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-5 py-4 text-[0.9375rem]">
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="font-medium break-words">
            <bdi>{key.name}</bdi>
          </span>
          <Tag {...looks[key.state]} text={t(`state.${key.state}`)} />
        </p>
        <p className="mt-1 text-sm break-words text-ink-2">{scopes.join(' · ') || t('noScope')}</p>
        <p className="text-sm text-ink-3">
          <span>
            {key.owner === null ? t('noOwner') : t.rich('owner', { name: () => <bdi>{key.owner}</bdi> })}
          </span>{' '}
          ·{' '}
          <span>{lastUsedAt ? t.rich('used', { age: () => <Age at={lastUsedAt} /> }) : t('neverUsed')}</span>{' '}
          ·{' '}
          <span>
            {expiresAt
              ? t.rich(key.state === 'expired' ? 'expired' : 'expires', {
                  time: () => <Time at={expiresAt} />,
                })
              : t('neverExpires')}
          </span>
        </p>
      </div>
      {mayRevoke && key.state !== 'revoked' && (
        <ButtonLink href={`/desk/keys/${key.id}`} look="secondary">
          {t('revoke.action')}
          <span className="sr-only">
            {' '}
            <bdi>{key.name}</bdi>
          </span>
        </ButtonLink>
      )}
    </li>
  )
}
