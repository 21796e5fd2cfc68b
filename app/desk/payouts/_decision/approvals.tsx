import { useLocale, useTranslations } from 'next-intl'
import { Icon } from '#app/_ui/icons.tsx'
import { Time } from '#app/_ui/time.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import { minorOf, ownDemands } from '#lib/payouts/policy.ts'
import type { Demand } from '#lib/payouts/policy.ts'
import { voidReasonOf } from '#lib/payouts/void-reasons.ts'
import { moneyText } from '#lib/words/money.ts'
import type { DeskPayout } from '#lib/services/desk/show-desk-payout.ts'
import type { Approval } from '#lib/services/ports.ts'

/** How many of how many have agreed, which rule asked for them, and all approvals, with those that no longer count. */
export function Approvals({
  payout,
  approvals,
  agreed,
  expected,
}: Pick<DeskPayout, 'payout' | 'approvals' | 'agreed' | 'expected'>) {
  const t = useTranslations('payout.approvals')
  const note = payout.policyNote
  if (expected !== null && approvals.length === 0)
    return <Expected demands={expected} currency={payout.currency} />
  if (note === null && approvals.length === 0) return null
  const needed = Math.max(1, agreed.needed ?? 1)
  return (
    <section aria-labelledby="approvals" className="mt-5 border-t border-line pt-5">
      <h3 id="approvals" className="font-medium">
        {note?.approved && agreed.given === 0 && agreed.needed === 0
          ? t('byPolicy')
          : t('given', { given: agreed.given, needed })}
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
function Expected({ demands, currency }: { demands: readonly Demand[]; currency: string }) {
  const t = useTranslations('payout.approvals')
  return (
    <section aria-labelledby="approvals" className="mt-5 border-t border-line pt-5">
      <h3 id="approvals" className="font-medium">
        {t('expected')}
      </h3>
      <p className="mt-1 text-sm leading-5 text-ink-2">{t('expectedLead')}</p>
      <div className="text-sm leading-5 text-ink-2">
        <Demands demands={demands} currency={currency} />
      </div>
    </section>
  )
}

function PolicyNote({ note }: { note: NonNullable<DeskPayout['payout']['policyNote']> }) {
  const t = useTranslations('payout.approvals')
  return (
    <div className="mt-1 text-sm leading-5 text-ink-2">
      <Demands demands={note.demands ?? []} currency={note.currency} />
      {note.version !== undefined && (
        <p className="mt-1 text-[0.8125rem] text-ink-3">
          {note.version === 0 ? t('noPolicy') : t('version', { version: note.version })}
        </p>
      )}
    </div>
  )
}

/** Who must approve, and by which rule. */
function Demands({ demands, currency }: { demands: readonly Demand[]; currency: string }) {
  if (demands.length === 0) return null
  return (
    <ul>
      {demands.map((demand) => (
        <li key={demand.rule} className="mt-1">
          <DemandText demand={demand} currency={currency} />
        </li>
      ))}
    </ul>
  )
}

function DemandText({ demand, currency }: { demand: Demand; currency: string }) {
  const [t, locale] = [useTranslations('payout.approvals'), useLocale()]
  const { rule, approvers: n, from, source, role } = demand
  if (rule === ownDemands.base) return t('base', { n })
  if (rule === ownDemands.highRisk) return t('highRisk', { n })
  const minor = from === undefined ? null : minorOf(from, currency)
  return (
    <>
      <span>{t.rich('rule', { n, rule: () => <bdi className="text-ink">{rule}</bdi> })}</span>
      {minor !== null && (
        <span className="block">
          {minor === 0n
            ? t('ruleAll')
            : t('ruleFrom', { amount: moneyText(locale, displayAmount(minor, currency)) })}
        </span>
      )}
      {source !== undefined && source !== 'any' && <span className="block">{t(`ruleSource.${source}`)}</span>}
      {role !== undefined && <span className="block">{t(`ruleRole.${role}`)}</span>}
    </>
  )
}

function Given({
  approval: { approverName, at, note, counts, voidedAt, voidReason },
}: {
  approval: Approval
}) {
  const t = useTranslations('payout.approvals')
  const code = voidReasonOf(voidReason)
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
                <span className="sr-only">{t('noLongerCounts')} </span>
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
            {/* Without a code it is what the person wrote who took the right to approve away. */}
            <bdi>{code !== null || voidReason === null ? t(`void.${code ?? 'unknown'}`) : voidReason}</bdi>
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
