import type { Metadata } from 'next'
import { Tag } from '#app/_ui/badge.tsx'
import { ButtonLink } from '#app/_ui/button.tsx'
import { Empty, Page, PageTitle } from '#app/_ui/card.tsx'
import { Alert } from '#app/_ui/alert.tsx'
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

export const metadata: Metadata = { title: 'API keys' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

const states = {
  active: { look: 'bg-good-soft text-good', icon: 'check', text: 'Active' },
  waiting: { look: 'bg-warn-soft text-warn', icon: 'clock', text: 'Waits' },
  owner_left: { look: 'bg-bad-soft text-bad', icon: 'cross', text: 'Refused: its owner is disabled' },
  expired: { look: 'bg-sunken text-ink-2', icon: 'clock', text: 'Expired' },
  revoked: { look: 'bg-sunken text-ink-2', icon: 'cross', text: 'Revoked' },
} as const

export default async function KeysPage({ searchParams }: Props) {
  const actor = await requireActor('key.see')
  const deps = await getDeps()
  const { keys } = shown(await showKeys(deps, actor))
  const { proposals } = shown(await showAccess(deps, actor))
  const { done } = await searchParams
  return (
    <Page wide>
      <SendingNotices actor={actor} />
      <div className="flex flex-wrap items-start justify-between gap-x-6">
        <PageTitle lead="What other systems of yours may do here. The keys themselves are not kept, only their hashes.">
          API keys
        </PageTitle>
        {may(actor, 'key.manage') && <ButtonLink href="/desk/keys/new">Create a key</ButtonLink>}
      </div>
      {done === 'revoked' && (
        <div className="mb-6">
          <Alert
            tone="good"
            role="status"
            title="The key was revoked. Any system that uses it is refused from now on."
          />
        </div>
      )}
      <AccessDone done={done} />
      <AccessProposals proposals={proposals.filter(({ isKey }) => isKey)} />
      {keys.length === 0 ? (
        <Empty title="No keys yet" />
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
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-5 py-4 text-[0.9375rem]">
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="font-medium break-words">
            <bdi>{key.name}</bdi>
          </span>
          <Tag {...states[key.state]} />
        </p>
        <p className="mt-1 text-sm break-words text-ink-2">{key.scopes.join(', ') || 'no scope'}</p>
        <p className="text-sm text-ink-3">
          <span>
            {key.owner === null ? (
              'no owner'
            ) : (
              <>
                owner <bdi>{key.owner}</bdi>
              </>
            )}
          </span>{' '}
          ·{' '}
          <span>
            {key.lastUsedAt ? (
              <>
                used <Age at={key.lastUsedAt} /> ago
              </>
            ) : (
              'never used'
            )}
          </span>{' '}
          ·{' '}
          <span>
            {key.expiresAt ? (
              <>
                {key.state === 'expired' ? 'expired' : 'expires'} <Time at={key.expiresAt} />
              </>
            ) : (
              'never expires'
            )}
          </span>
        </p>
      </div>
      {mayRevoke && key.state !== 'revoked' && (
        <ButtonLink href={`/desk/keys/${key.id}`} look="secondary">
          Revoke
          <span className="sr-only">
            {' '}
            <bdi>{key.name}</bdi>
          </span>
        </ButtonLink>
      )}
    </li>
  )
}
