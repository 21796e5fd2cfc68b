import { Foreign } from '#app/_ui/foreign.tsx'
import { Time } from '#app/_ui/time.tsx'
import type { GatewayChange } from '#lib/services/ports.ts'

/** What Cardzo said after the end that differs from it. The payout itself doesn't change. */
export function AfterEnd({ changes }: { changes: readonly GatewayChange[] }) {
  return (
    <>
      <ul className="divide-y divide-line rounded-2xl border border-line bg-surface px-5">
        {changes.map((change) => (
          <li key={change.gatewayStatus} className="py-3.5 text-[0.9375rem] leading-6">
            <p>
              After the end, Cardzo said{' '}
              <span className="font-mono text-[0.8125rem]">
                <Foreign text={change.gatewayStatus} />
              </span>
              <span>
                {change.gatewayStage !== null && (
                  <span className="text-ink-2">
                    {' '}
                    (<Foreign text={change.gatewayStage} />)
                  </span>
                )}
              </span>
              <span>
                {change.amount !== null && (
                  <>
                    , <Foreign text={`${change.amount} ${change.currency ?? ''}`.trimEnd()} />
                  </>
                )}
              </span>
            </p>
            <p className="text-[0.8125rem] leading-5 text-ink-3">
              first heard <Time at={change.seenAt} seconds />
            </p>
          </li>
        ))}
      </ul>
      <p className="mt-3 text-sm text-ink-2">
        Kept as it was heard. The payout&rsquo;s own status is never changed by it.
      </p>
    </>
  )
}
