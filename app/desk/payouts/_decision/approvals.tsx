import { useTranslations } from 'next-intl'
import { Icon } from '#app/_ui/icons.tsx'
import { Time } from '#app/_ui/time.tsx'
import type { DeskPayout } from '#lib/services/desk/show-desk-payout.ts'
import type { Approval } from '#lib/services/ports.ts'

/** How many of how many have agreed, which rule asked for them, and all approvals, with those that no longer count. */
export function Approvals({
  payout,
  approvals,
  agreed,
  expected,
}: Pick<DeskPayout, 'payout' | 'approvals' | 'agreed' | 'expected'>) {
  const note = payout.policyNote
  if (expected !== null && approvals.length === 0) return <Expected demands={expected} />
  if (note === null && approvals.length === 0) return null
  const needed = Math.max(1, agreed.needed ?? 1)
  return (
    <section aria-labelledby="approvals" className="mt-5 border-t border-line pt-5">
      <h3 id="approvals" className="font-medium">
        {note?.approved && agreed.given === 0 && agreed.needed === 0
          ? 'Approved by the policy'
          : `${agreed.given} of ${needed} ${needed === 1 ? 'approval' : 'approvals'}`}
      </h3>
      {note !== null && <PolicyNote note={note} />}
      {approvals.length > 0 && (
        <ul className="mt-3 space-y-2.5">
          {approvals.map((approval) => (
            <Given key={approval.id} approval={approval} />
          ))}
        </ul>
      )}
    </section>
  )
}

/** Before the bank's yes: who will be asked, as things are now. */
function Expected({ demands }: { demands: NonNullable<DeskPayout['expected']> }) {
  const t = useTranslations('history.before')
  return (
    <section aria-labelledby="approvals" className="mt-5 border-t border-line pt-5">
      <h3 id="approvals" className="font-medium">
        {t('title')}
      </h3>
      <p className="mt-1 text-sm leading-5 text-ink-2">{t('lead')}</p>
      <ul className="mt-1 text-sm leading-5 text-ink-2">
        {demands.map(({ rule, approvers, why }) => (
          <li key={rule} className="mt-1">
            <bdi className="text-ink">{rule}</bdi>: <span>{t('people', { n: approvers })}</span>.{' '}
            <bdi>{why}</bdi>
          </li>
        ))}
      </ul>
    </section>
  )
}

function PolicyNote({ note }: { note: NonNullable<DeskPayout['payout']['policyNote']> }) {
  const demands = note.demands ?? []
  return (
    <div className="mt-1 text-sm leading-5 text-ink-2">
      {demands.map(({ rule, approvers, why }) => (
        <p key={rule} className="mt-1">
          <bdi className="text-ink">{rule}</bdi>:{' '}
          <span>{approvers === 1 ? 'one person' : `${approvers} people`}</span>. <bdi>{why}</bdi>
        </p>
      ))}
      {note.approved && (
        <p className="mt-1">
          <bdi>{note.why}</bdi>
        </p>
      )}
      {note.version !== undefined && (
        <p className="mt-1 text-[0.8125rem] text-ink-3">
          {note.version === 0
            ? 'Judged before anybody had set a policy.'
            : `By version ${note.version} of the policy.`}
        </p>
      )}
    </div>
  )
}

function Given({
  approval: { approverName, at, note, counts, voidedAt, voidReason },
}: {
  approval: Approval
}) {
  return (
    <li className="flex gap-2.5 text-[0.9375rem] leading-6">
      <Icon
        name={counts ? 'check' : 'cross'}
        className={`mt-1 size-4 ${counts ? 'text-good' : 'text-ink-3'}`}
      />
      <div className="min-w-0">
        <p className={counts ? '' : 'text-ink-3'}>
          <span>
            {counts ? (
              <bdi>{approverName}</bdi>
            ) : (
              <s>
                <span className="sr-only">No longer counts: </span>
                <bdi>{approverName}</bdi>
              </s>
            )}
          </span>{' '}
          <span className="text-[0.8125rem] text-ink-3">
            <Time at={at} seconds />
          </span>
        </p>
        {note !== null && (
          <p className="text-sm leading-5 break-words whitespace-pre-line text-ink-2">
            “<bdi>{note}</bdi>”
          </p>
        )}
        {!counts && (
          <p className="text-sm leading-5 text-ink-2">
            <bdi>
              {voidReason ??
                'It no longer counts: its approver may not approve any more, or the content changed.'}
            </bdi>
            {voidedAt !== null && (
              <span className="block text-[0.8125rem] text-ink-3">
                <Time at={voidedAt} seconds />
              </span>
            )}
          </p>
        )}
      </div>
    </li>
  )
}
