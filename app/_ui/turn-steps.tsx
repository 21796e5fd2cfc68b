import { useTranslations } from 'next-intl'
import type { Turn } from '#lib/contract/payout.ts'
import { Icon } from './icons.tsx'
import type { IconName } from './icons.tsx'

const parties = [
  { turn: 'you', icon: 'person' },
  { turn: 'finance', icon: 'people' },
  { turn: 'cardzo', icon: 'bank' },
] as const satisfies readonly { turn: Turn; icon: IconName }[]

/** Shows whose turn it is; nothing once it is over. */
export function TurnSteps({ turn }: { turn: Turn }) {
  const t = useTranslations('pay.turn')
  if (turn === 'nobody') return null
  return (
    <div>
      <p id="turn-label" className="overline-label mb-2">
        {t('title')}
      </p>
      <ol aria-labelledby="turn-label" className="grid grid-cols-3 gap-2">
        {parties.map((party) => {
          const now = party.turn === turn
          return (
            <li
              key={party.turn}
              {...(now && { 'aria-current': 'step' })}
              className={`flex flex-col gap-1 rounded-xl border px-3 py-2.5 text-sm leading-5 ${
                now ? 'border-accent bg-accent-soft font-medium text-ink' : 'border-line text-ink-3'
              }`}
            >
              <span className="flex items-center justify-between">
                <Icon name={party.icon} className={`size-4.5 ${now ? 'text-accent' : ''}`} />
                {now && <span className="text-xs font-medium text-accent">{t('now')}</span>}
              </span>
              {t(party.turn)}
            </li>
          )
        })}
      </ol>
    </div>
  )
}
