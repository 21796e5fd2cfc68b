import { useLocale, useTranslations } from 'next-intl'
import { Card, Section } from '#app/_ui/card.tsx'
import { Fold } from '#app/_ui/fold.tsx'
import { Time } from '#app/_ui/time.tsx'
import { riskLevels } from '#lib/payouts/risk.ts'
import type { RiskAssessment, RiskCheck } from '#lib/payouts/risk.ts'
import { RiskTag } from '#app/desk/_ui/risk-tag.tsx'
import { foundText } from './risk-found.ts'

/**
 * What the checks find, the worst first, each with what would clear it; the rest folded. Judged again with every drawing of the page while it
 * can still be decided (`now`), else as it was found when the bank had confirmed (`then`, which the policy went by).
 */
export function RiskPanel({
  now,
  then,
  currency,
}: {
  now: RiskAssessment | null
  then: RiskAssessment | null
  currency: string
}) {
  const [t, words] = [useTranslations('payout.risk'), useTranslations('risk')]
  const risk = now ?? then
  if (risk === null) return null
  const found = risk.checks.filter(({ level }) => level !== 'none').sort(worstFirst)
  const quiet = risk.checks.filter(({ level }) => level === 'none')
  const at = (moment: string) => () => <Time at={moment} seconds />
  return (
    <Section id="risk" title={t('title')} aside={<RiskTag level={risk.level} />}>
      <Card>
        <p className="mb-3 text-sm text-ink-2">
          {t.rich(now === null ? 'asConfirmed' : 'asOfNow', { at: at(risk.at) })}
        </p>
        {now !== null && then !== null && now.level !== then.level && (
          <p className="mb-3 text-sm text-ink-2">
            {t.rich('before', { level: words(`level.${then.level}`), at: at(then.at) })}
          </p>
        )}
        {found.length > 0 && (
          <ul className="mb-3 divide-y divide-line">
            {found.map((check) => (
              <Found key={check.id} check={check} currency={currency} />
            ))}
          </ul>
        )}
        {quiet.length > 0 && (
          <Fold className="-my-2" title={t('passed', { n: quiet.length })}>
            <ul className="mt-1 space-y-1.5 text-sm leading-5">
              {quiet.map((check) => (
                <li key={check.id}>
                  <span className="text-ink">{words(`check.${check.id}`)}</span>
                  <Evidence check={check} currency={currency} className="text-ink-2" />
                </li>
              ))}
            </ul>
          </Fold>
        )}
      </Card>
    </Section>
  )
}

const worstFirst = (a: RiskCheck, b: RiskCheck) => riskLevels.indexOf(b.level) - riskLevels.indexOf(a.level)

function Found({ check, currency }: { check: RiskCheck; currency: string }) {
  const words = useTranslations('risk')
  return (
    <li className="py-3.5 text-[0.9375rem] leading-6 first:pt-0">
      <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
        <h3 className="font-medium">{words(`check.${check.id}`)}</h3>
        <RiskTag level={check.level} />
      </div>
      <Evidence check={check} currency={currency} className="mt-1 break-words" />
      <p className="text-sm text-ink-2">{words(`clears.${check.id}`)}</p>
    </li>
  )
}

/** What was found; of an old assessment its English sentence, folded. */
function Evidence({ check, currency, className }: { check: RiskCheck; currency: string; className: string }) {
  const [t, locale] = [useTranslations('risk'), useLocale()]
  const text = foundText({ t, locale, currency }, check)
  if (text !== null)
    return (
      <p className={className}>
        <bdi>{text}</bdi>
      </p>
    )
  return (
    <Fold title={t('found.recorded')} quiet>
      <p lang="en" className={className}>
        <bdi>{check.evidence}</bdi>
      </p>
    </Fold>
  )
}
