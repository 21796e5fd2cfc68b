import { Alert } from '#app/_ui/alert.tsx'
import { Foreign } from '#app/_ui/foreign.tsx'
import { Time } from '#app/_ui/time.tsx'
import type { GatewayCondition } from '#lib/services/ports.ts'

/** While Cardzo locks us out, nothing new is sent. Says since when, and where to look. */
export function LockedOutNotice({ condition }: { condition: GatewayCondition }) {
  const { refusedAt, refusal } = condition
  if (refusedAt === null) return null
  return (
    <div className="mb-10">
      <Alert tone="bad" title="Cardzo does not accept our requests. Nothing new is sent.">
        <p>
          Since <Time at={refusedAt} seconds />
          <span>{refusal && `, first on ${refusal.command}, with HTTP ${refusal.httpStatus}`}</span>. Check
          the endpoint, the login and the keys. It clears itself as soon as a status request works again.
        </p>
        {refusal && (
          <p className="mt-1 text-sm">
            Cardzo&rsquo;s clock said <Foreign text={refusal.gatewayDate ?? 'nothing'} />, ours{' '}
            {refusal.ourDate}.
          </p>
        )}
      </Alert>
    </div>
  )
}
