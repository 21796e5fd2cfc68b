import type { standby as english } from '../en/standby.ts'
import type { Same } from '../same.ts'

export const standby = {
  asOf: '{s, plural, =0 {Данные на этот момент} one {Как было # секунду назад} few {Как было # секунды назад} many {Как было # секунд назад} other {Как было # секунды назад}}',
} as const satisfies Same<typeof english>
