import Link from 'next/link'
import type { UserActor } from '#app/_server/session.ts'
import { SeverityBadge } from '#app/_ui/badge.tsx'
import { Foreign } from '#app/_ui/foreign.tsx'
import { Icon } from '#app/_ui/icons.tsx'
import { Age } from '#app/_ui/time.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import { may } from '#lib/payouts/permissions.ts'
import { receiverName } from '#lib/payouts/receiver-name.ts'
import type { Desk } from '#lib/services/desk/show-desk.ts'
import { CloseItemForm } from './close-item-form.tsx'
import { OwnerForm } from './owner-form.tsx'

const proposalPages: readonly unknown[] = ['/desk/keys', '/desk/policy', '/desk/settings', '/desk/users']

/** Where a proposal is decided. Items of older releases name the policy's old address. */
function pageOfProposal(page: unknown): string {
  if (page === '/desk/rules') return '/desk/policy'
  return typeof page === 'string' && proposalPages.includes(page) ? page : '/desk/users'
}

/** What is wrong, why, since when, and with which payout. */
export function ItemRow({ item, actor }: { item: Desk['items'][number]; actor: UserActor }) {
  const { payout } = item
  const own = item.ownerId === actor.id
  return (
    <li className="rounded-2xl border border-line bg-surface p-4 sm:p-5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 text-sm text-ink-3">
        <SeverityBadge severity={item.severity} />
        <span>
          open for <Age at={item.openedAt} />
          <span>{item.seen > 1 && `, seen ${item.seen} times`}</span>
        </span>
        {item.ownerName !== null && (
          <span className="inline-flex items-center gap-1.5 text-ink-2">
            <Icon name="person" className="size-3.5" />
            <bdi>{own ? 'yours' : item.ownerName}</bdi>
            {item.ownedAt && (
              <span className="text-ink-3">
                {' '}
                for <Age at={item.ownedAt} />
              </span>
            )}
          </span>
        )}
      </div>
      <h3 className="mt-2 font-medium">
        <Foreign text={item.what} />
      </h3>
      <p className="mt-0.5 text-[0.9375rem] leading-6 text-ink-2">
        <Foreign text={item.why} />
      </p>
      <div className="mt-1 flex flex-wrap items-start justify-between gap-x-6">
        {payout ? (
          <Link
            href={`/desk/payouts/${payout.id}`}
            prefetch={false}
            className="text-link inline-flex min-h-11 items-center text-[0.9375rem]"
          >
            <span>
              {displayAmount(payout.amountMinor, payout.currency)} to{' '}
              <bdi>{receiverName(payout.receiver)}</bdi>
            </span>
          </Link>
        ) : (
          <span className="inline-flex min-h-11 items-center text-sm text-ink-3">About no single payout</span>
        )}
        {item.kind === 'proposal_waits' && (
          <Link
            href={pageOfProposal(item.data?.['page'])}
            prefetch={false}
            className="text-link inline-flex min-h-11 items-center text-[0.9375rem]"
          >
            See the proposal
          </Link>
        )}
        {item.kind === 'outcome_unknown' && payout?.status === 'outcome_unknown' && (
          <Link
            href={`/desk/unknown#${payout.id}`}
            prefetch={false}
            className="text-link inline-flex min-h-11 items-center text-[0.9375rem]"
          >
            Evidence and ways out
          </Link>
        )}
        {may(actor, 'item.take') && (
          <OwnerForm
            id={item.id}
            what={item.what}
            ownerId={item.ownerId}
            ownerName={item.ownerName}
            own={own}
          />
        )}
        {may(actor, 'item.close') && <CloseItemForm id={item.id} what={item.what} />}
      </div>
    </li>
  )
}
