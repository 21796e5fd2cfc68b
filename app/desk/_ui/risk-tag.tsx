import { useTranslations } from 'next-intl'
import { Tag } from '#app/_ui/badge.tsx'
import type { IconName } from '#app/_ui/icons.tsx'
import type { RiskLevel } from '#lib/payouts/risk.ts'
import { wordsFor } from '#lib/words/words.ts'

const looks = {
  none: { look: 'bg-sunken text-ink-2', icon: 'check' },
  low: { look: 'bg-info-soft text-info', icon: 'info' },
  medium: { look: 'bg-warn-soft text-warn', icon: 'alert' },
  high: { look: 'bg-bad-soft text-bad', icon: 'alert' },
} as const satisfies Record<RiskLevel, { look: string; icon: IconName }>

/** The worst level of all checks. Null: not checked yet, or the payout is older than the checks. */
export function RiskTag({ level }: { level: RiskLevel | null }) {
  const [t, desk] = [useTranslations('payouts.risk'), useTranslations('desk')]
  return level === null ? (
    <Tag look="bg-sunken text-ink-3" icon="dot" text={desk('riskNotChecked')} />
  ) : (
    <Tag {...looks[level]} text={t(level)} />
  )
}

/** Among many payouts only what needs a closer look. */
export function RiskMark({ level }: { level: RiskLevel | null }) {
  return level === 'medium' || level === 'high' ? <RiskTag level={level} /> : null
}

/** The English words, for use in a sentence. */
export const riskWords = (level: RiskLevel): string =>
  wordsFor('en', 'payouts')(`risk.${level}`).toLowerCase()
