import { Alert } from '#app/_ui/alert.tsx'
import { Foreign } from '#app/_ui/foreign.tsx'
import { Time } from '#app/_ui/time.tsx'
import type { GatewayCondition } from '#lib/services/ports.ts'

/** While Cardzo locks us out, nothing new is sent. Says since when, and where to look. */
export function LockedOutNotice({ condition }: { condition: GatewayCondition }) {
  const { lockedOutAt, lockOut } = condition
  if (lockedOutAt === null) return null
  return (
    <div className="mb-10">
      <Alert tone="bad" title="Cardzo does not accept our requests. Nothing new is sent.">
        <p>
          Since <Time at={lockedOutAt} seconds />
          <span>{lockOut && `, last on ${lockOut.command}, with HTTP ${lockOut.httpStatus}`}</span>. Check the
          endpoint, the login and the keys. It clears itself as soon as a status request works again.
        </p>
        {lockOut && (
          <p className="mt-1 text-sm">
            Cardzo&rsquo;s clock said <Foreign text={lockOut.gatewayDate ?? 'nothing'} />, ours{' '}
            {lockOut.ourDate}.
          </p>
        )}
      </Alert>
    </div>
  )
}
