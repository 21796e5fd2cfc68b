import { Time } from '#app/_ui/time.tsx'
import { utcText } from '#lib/payouts/utc.ts'
import type { ShownDestination } from '#lib/services/destination/list-destinations.ts'

type Cooling = Pick<ShownDestination, 'isCoolingOff' | 'usableFrom'>

/** For an option in a list; empty if it can be used now. */
export const usableFromText = ({ isCoolingOff, usableFrom }: Cooling) =>
  isCoolingOff ? `can be used from ${utcText(usableFrom)}` : ''

export function UsableFrom({ isCoolingOff, usableFrom }: Cooling) {
  if (!isCoolingOff) return null
  return (
    <>
      Can be used from <Time at={usableFrom} />
    </>
  )
}
