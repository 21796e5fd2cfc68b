import { Tag } from '#app/_ui/badge.tsx'
import type { IconName } from '#app/_ui/icons.tsx'
import type { RiskLevel } from '#lib/payouts/risk.ts'

const levels = {
  none: { look: 'bg-sunken text-ink-2', icon: 'check', text: 'No risk found' },
  low: { look: 'bg-info-soft text-info', icon: 'info', text: 'Low risk' },
  medium: { look: 'bg-warn-soft text-warn', icon: 'alert', text: 'Medium risk' },
  high: { look: 'bg-bad-soft text-bad', icon: 'alert', text: 'High risk' },
} as const satisfies Record<RiskLevel, { look: string; icon: IconName; text: string }>

/** The worst level of all checks. Null: not checked yet, or the payout is older than the checks. */
export function RiskTag({ level }: { level: RiskLevel | null }) {
  return level === null ? (
    <Tag look="bg-sunken text-ink-3" icon="dot" text="Not checked" />
  ) : (
    <Tag {...levels[level]} />
  )
}

/** The same for use in a sentence. */
export const riskWords = (level: RiskLevel): string => levels[level].text.toLowerCase()
