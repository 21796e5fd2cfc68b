/** What a target is doing, in one word and a colour. */
import type { IconName } from '#app/_ui/icons.tsx'
import type { WebhookTarget } from '#lib/services/ports.ts'

export const looks = {
  on: { look: 'bg-good-soft text-good', icon: 'check' },
  no_secret: { look: 'bg-warn-soft text-warn', icon: 'clock' },
  failing: { look: 'bg-bad-soft text-bad', icon: 'alert' },
  by_admin: { look: 'bg-sunken text-ink-2', icon: 'cross' },
  failed: { look: 'bg-bad-soft text-bad', icon: 'cross' },
  gone: { look: 'bg-bad-soft text-bad', icon: 'cross' },
} as const satisfies Record<string, { look: string; icon: IconName }>

export function stateOf(target: WebhookTarget): keyof typeof looks {
  if (target.disabledWhy !== null) return target.disabledWhy
  if (target.kind === 'signed' && !target.hasSecret) return 'no_secret'
  return target.failingSince === null ? 'on' : 'failing'
}
