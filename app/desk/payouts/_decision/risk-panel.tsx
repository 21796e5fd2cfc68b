import { Card, Section } from '#app/_ui/card.tsx'
import { Fold } from '#app/_ui/fold.tsx'
import { Time } from '#app/_ui/time.tsx'
import { riskLevels, riskNames } from '#lib/payouts/risk.ts'
import type { RiskAssessment, RiskCheck } from '#lib/payouts/risk.ts'
import { RiskTag, riskWords } from '#app/desk/_ui/risk-tag.tsx'

/**
 * What the checks find, the worst first, each with what would clear it; the rest folded. Judged again with every drawing of the page while it
 * can still be decided (`now`), else as it was found when the bank had confirmed (`then`, which the policy went by).
 */
export function RiskPanel({ now, then }: { now: RiskAssessment | null; then: RiskAssessment | null }) {
  const risk = now ?? then
  if (risk === null) return null
  const found = risk.checks.filter(({ level }) => level !== 'none').sort(worstFirst)
  const quiet = risk.checks.filter(({ level }) => level === 'none')
  return (
    <Section id="risk" title="Risk checks" aside={<RiskTag level={risk.level} />}>
      <Card>
        <p className="mb-3 text-sm text-ink-2">
          <span>{now === null ? 'When the bank had confirmed it' : 'As things are now'}</span>,{' '}
          <Time at={risk.at} seconds />
        </p>
        {now !== null && then !== null && now.level !== then.level && (
          <p className="mb-3 text-sm text-ink-2">
            <span>{`The policy went by what was found when the bank had confirmed it: ${riskWords(then.level)}, `}</span>
            <Time at={then.at} seconds />
          </p>
        )}
        {found.length > 0 && (
          <ul className="mb-3 divide-y divide-line">
            {found.map((check) => (
              <Found key={check.id} check={check} />
            ))}
          </ul>
        )}
        <Fold
          className="-my-2"
          title={`${quiet.length} ${quiet.length === 1 ? 'check' : 'checks'} found nothing`}
        >
          <ul className="mt-1 space-y-1.5 text-sm leading-5">
            {quiet.map(({ id, evidence }) => (
              <li key={id}>
                <span className="text-ink">{riskNames[id]}.</span>{' '}
                <span className="text-ink-2">
                  <bdi>{evidence}</bdi>
                </span>
              </li>
            ))}
          </ul>
        </Fold>
      </Card>
    </Section>
  )
}

const worstFirst = (a: RiskCheck, b: RiskCheck) => riskLevels.indexOf(b.level) - riskLevels.indexOf(a.level)

function Found({ check: { id, level, evidence, clearedBy } }: { check: RiskCheck }) {
  return (
    <li className="py-3.5 text-[0.9375rem] leading-6 first:pt-0">
      <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
        <h3 className="font-medium">{riskNames[id]}</h3>
        <RiskTag level={level} />
      </div>
      <p className="mt-1 break-words">
        <bdi>{evidence}</bdi>
      </p>
      <p className="text-sm text-ink-2">
        <span className="text-ink-3">Clears it: </span>
        {clearedBy}
      </p>
    </li>
  )
}
