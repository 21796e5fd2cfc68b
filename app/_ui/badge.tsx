import { useTranslations } from 'next-intl'
import { statusWords } from '#lib/payouts/words.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import { Icon } from './icons.tsx'
import type { IconName } from './icons.tsx'

type Tone = (typeof statusWords)[PayoutStatus]['tone']

/** Icon, words and colour together, so that nobody has to tell green from red. */
const tones = {
  neutral: { look: 'bg-sunken text-ink-2', icon: 'dot' },
  waiting: { look: 'bg-info-soft text-info', icon: 'clock' },
  good: { look: 'bg-good-soft text-good', icon: 'check' },
  bad: { look: 'bg-bad-soft text-bad', icon: 'cross' },
  attention: { look: 'bg-warn-soft text-warn', icon: 'alert' },
} as const satisfies Record<Tone, { look: string; icon: IconName }>

export function StatusBadge({ status }: { status: PayoutStatus }) {
  const t = useTranslations('status.label')
  const { look, icon } = tones[statusWords[status].tone]
  return <Tag look={look} icon={icon} text={t(status)} />
}

const severities = {
  info: { look: 'bg-info-soft text-info', icon: 'info' },
  warning: { look: 'bg-warn-soft text-warn', icon: 'alert' },
  high: { look: 'bg-bad-soft text-bad', icon: 'alert' },
  critical: { look: 'bg-bad text-surface', icon: 'alert' },
} as const satisfies Record<string, { look: string; icon: IconName }>

export function SeverityBadge({ severity }: { severity: keyof typeof severities }) {
  const t = useTranslations('status.severity')
  return <Tag {...severities[severity]} text={t(severity)} />
}

export function Tag({ look, icon, text }: { look: string; icon: IconName; text: string }) {
  return (
    <span
      className={`inline-flex items-center gap-1.5 rounded-full py-0.5 pr-2.5 pl-2 text-[0.8125rem] leading-5 font-medium whitespace-nowrap ${look}`}
    >
      <Icon name={icon} className="size-3.5" />
      {text}
    </span>
  )
}
