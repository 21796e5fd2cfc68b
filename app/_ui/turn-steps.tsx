import type { Turn } from '#lib/contract/payout.ts'
import { Icon } from './icons.tsx'
import type { IconName } from './icons.tsx'

const parties = [
  { turn: 'you', name: 'You', icon: 'person' },
  { turn: 'finance', name: 'Finance team', icon: 'people' },
  { turn: 'cardzo', name: 'Cardzo or your bank', icon: 'bank' },
] as const satisfies readonly { turn: Turn; name: string; icon: IconName }[]

/** Shows whose turn it is; nothing once it is over. */
export function TurnSteps({ turn }: { turn: Turn }) {
  if (turn === 'nobody') return null
  return (
    <div>
      <p id="turn-label" className="overline-label mb-2">
        Whose turn it is
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
                {now && <span className="text-xs font-medium text-accent">now</span>}
              </span>
              {party.name}
            </li>
          )
        })}
      </ol>
    </div>
  )
}

const short = {
  you: 'Receiver',
  finance: 'Finance team',
  cardzo: 'Cardzo or bank',
  nobody: 'Over',
} as const satisfies Record<Turn, string>

/** The same in a word or two, for staff. */
export function turnText(turn: Turn): string {
  return short[turn]
}
