import { Fold } from '#app/_ui/fold.tsx'
import { Sentence } from '#app/_ui/foreign.tsx'
import { Time } from '#app/_ui/time.tsx'
import type { SettlementRefusal } from '#lib/payouts/permissions.ts'
import { isolated } from '#lib/payouts/text.ts'
import type { Settlement } from '#lib/services/ports.ts'
import type { UnknownPayout } from '#lib/services/settlement/show-unknown.ts'
import { receiverName } from '#lib/payouts/receiver-name.ts'
import { ConfirmForm, ProposeForm, WithdrawForm } from './settle-forms.tsx'

/** Either Cardzo's own answer, or two people. Sending again is not a way out. */
export function WaysOut({ one, actorId }: { one: UnknownPayout; actorId: string }) {
  const { proposal } = one
  return (
    <div className="space-y-4 text-[0.9375rem] leading-6">
      <p className="text-ink-2">
        <span className="font-medium text-ink">Cardzo&rsquo;s word:</span> the portal goes on asking and
        follows a final answer by itself.
      </p>
      <p className="text-ink-2">
        <span className="font-medium text-ink">Two people:</span> one proposes how it ended, another confirms
        it, both with a fresh answer of Cardzo.
      </p>
      {proposal ? <Proposal one={one} proposal={proposal} actorId={actorId} /> : <Propose one={one} />}
      {one.earlier.map((settlement) => (
        <p key={settlement.id} className="text-sm text-ink-3">
          <bdi>{settlement.proposedByName}</bdi> proposed {settlement.outcome} on{' '}
          <Time at={settlement.proposedAt} />; <Sentence text={endOf(settlement)} />
        </p>
      ))}
    </div>
  )
}

/** How an earlier proposal ended, as the end of a sentence. */
function endOf({ decision, proposedById, decidedById, decidedByName }: Settlement): string {
  const who = isolated(decidedByName ?? 'somebody')
  switch (decision) {
    case null:
      return 'it waits for a second person.'
    case 'overtaken':
      return 'Cardzo answered first.'
    case 'confirmed':
      return `confirmed by ${who}; Cardzo spoke again after it.`
    case 'withdrawn':
      return decidedById === proposedById ? 'they took it back themselves.' : `turned down by ${who}.`
  }
}

const why = {
  forbidden: 'Only approvers settle. Your role can look.',
  own_request: 'You asked for this payout or entered it, so others must settle it.',
  same_person: 'You proposed it, so somebody else must confirm it.',
  wrong_status: 'It has moved on.',
} as const satisfies Record<SettlementRefusal, string>

const stale = 'Cardzo has not answered in the last five minutes. Ask Cardzo now; then you can go on.'

function Propose({ one }: { one: UnknownPayout }) {
  const { payout, settleRefusal, fresh } = one
  if (settleRefusal !== null) return <p className="text-ink-2">{why[settleRefusal]}</p>
  if (!fresh) return <p className="text-ink-2">{stale}</p>
  return (
    <Fold title="Propose how it ended">
      <ProposeForm id={payout.id} version={payout.version} name={receiverName(payout.receiver)} />
    </Fold>
  )
}

function Proposal({ one, proposal, actorId }: { one: UnknownPayout; proposal: Settlement; actorId: string }) {
  const { payout, settleRefusal, fresh } = one
  const ids = { id: payout.id, settlementId: proposal.id }
  const mayWithdraw = settleRefusal === null || settleRefusal === 'same_person'
  return (
    <div className="rounded-xl border border-warn/40 bg-warn-soft p-4">
      <p className="font-medium">
        <bdi>{proposal.proposedByName}</bdi> proposes: it ended as {proposal.outcome}
      </p>
      <p className="text-sm text-ink-2">
        <Time at={proposal.proposedAt} seconds />
      </p>
      <p className="mt-2 break-words whitespace-pre-line">
        <bdi>{proposal.reason}</bdi>
      </p>
      <p className="mt-2 break-words whitespace-pre-line text-ink-2">
        Evidence: <bdi>{proposal.evidence}</bdi>
      </p>
      <div className="mt-4 space-y-3">
        {settleRefusal !== null && <p className="text-ink-2">{why[settleRefusal]}</p>}
        {settleRefusal === null && !fresh && <p className="text-ink-2">{stale}</p>}
        {one.contradicts[proposal.outcome] && (
          <p className="text-bad">Cardzo&rsquo;s last answer says otherwise, so this cannot be confirmed.</p>
        )}
        {settleRefusal === null && fresh && (
          <ConfirmForm {...ids} version={payout.version} outcome={proposal.outcome} />
        )}
        {mayWithdraw && <WithdrawForm {...ids} own={proposal.proposedById === actorId} />}
      </div>
    </div>
  )
}
