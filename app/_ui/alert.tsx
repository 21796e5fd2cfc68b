import type { ReactNode } from 'react'
import { Icon } from './icons.tsx'
import type { IconName } from './icons.tsx'
import { TakeFocus } from './take-focus.tsx'

const tones = {
  bad: { box: 'border-bad/40 bg-bad-soft', mark: 'text-bad', icon: 'cross' },
  warn: { box: 'border-warn/40 bg-warn-soft', mark: 'text-warn', icon: 'alert' },
  good: { box: 'border-good/40 bg-good-soft', mark: 'text-good', icon: 'check' },
  info: { box: 'border-info/30 bg-info-soft', mark: 'text-info', icon: 'info' },
} as const satisfies Record<string, { box: string; mark: string; icon: IconName }>

export type AlertTone = keyof typeof tones

/** Above a page: what the last press led to. */
export function DoneAlert({
  tone = 'good',
  ...rest
}: {
  tone?: AlertTone
  title: ReactNode
  children?: ReactNode
}) {
  return (
    <TakeFocus className="mb-6">
      <Alert tone={tone} role="status" {...rest} />
    </TakeFocus>
  )
}

/** `role` is "alert" if something just went wrong, "status" if it went well, and absent for a standing notice. */
export function Alert({
  tone,
  title,
  role,
  children,
}: {
  tone: AlertTone
  title?: ReactNode
  role?: 'alert' | 'status'
  children?: ReactNode
}) {
  const look = tones[tone]
  return (
    <div
      {...(role && { role })}
      className={`flex gap-3 rounded-xl border p-4 text-[0.9375rem] leading-6 ${look.box}`}
    >
      <Icon name={look.icon} className={`mt-1 size-4 ${look.mark}`} />
      <div className="min-w-0 flex-1">
        {title && <p className="font-medium text-ink">{title}</p>}
        {children && <div className="text-ink-2">{children}</div>}
      </div>
    </div>
  )
}
