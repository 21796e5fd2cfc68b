// The operator's commands for the stop switch: of all payments, or of one endpoint's.
import type { Actor } from '#lib/payouts/permissions.ts'
import { releaseSending } from '#lib/services/safety/release-sending.ts'
import { stopSending } from '#lib/services/safety/stop-sending.ts'
import { endpointOf, textOf } from './flags.ts'
import type { Command } from './flags.ts'
import { good } from './good.ts'

const line = { usage: '--why W [--endpoint N]', needs: ['why'], mayHave: ['endpoint'] } as const

export const stopCommands = (operator: Actor): Record<string, Command> => ({
  'sending:stop': {
    ...line,
    async run(deps, flags) {
      const asked = { reason: textOf(flags, 'why'), endpointId: endpointOf(flags) }
      return good(await stopSending(deps, operator, asked)).stop
    },
  },
  'sending:release': {
    ...line,
    async run(deps, flags) {
      const asked = { reason: textOf(flags, 'why'), code: '', endpointId: endpointOf(flags) }
      const { stop, waiting } = good(await releaseSending(deps, operator, asked))
      return { ...stop, waiting }
    },
  },
})
