import { Section } from '#app/_ui/card.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import type { OwnLimit } from '#lib/services/balance/show-balance.ts'

/** How much one may ask for at a time, a day, a month; nothing if there is no limit. */
export function OwnLimits({ limits }: { limits: readonly OwnLimit[] }) {
  if (limits.length === 0) return null
  return (
    <Section id="limits" title="Limits">
      <ul className="space-y-1 text-[0.9375rem] text-ink-2">
        {limits.map((limit) => (
          <li key={limit.currency}>{sentence(limit)}</li>
        ))}
      </ul>
      <p className="mt-2 text-sm text-ink-3">
        Days and months are UTC. What ended without a payment does not count.
      </p>
    </Section>
  )
}

function sentence({ currency, payoutMinor, dayMinor, monthMinor }: OwnLimit): string {
  const parts = [
    [payoutMinor, 'in one withdrawal'],
    [dayMinor, 'a day'],
    [monthMinor, 'a month'],
  ] as const
  const said = parts.flatMap(([minor, words]) =>
    minor === null ? [] : [`${displayAmount(minor, currency)} ${words}`],
  )
  return `At most ${said.join(', ')}.`
}
