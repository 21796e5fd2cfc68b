// What browser tests, bench and fault lab share: a stack of their own beside the demo's.
import { freePort } from '#lib/processes/free-port.ts'
import type { Variables } from '#lib/processes/start-process.ts'
import { demoEnvironment } from './demo-settings.ts'

/**
 * The demo's environment on free ports, from `firstPort` on. From our own environment it takes only what programs need to start.
 * `more` wins over the demo's values.
 */
export async function chooseEnvironment(options: {
  firstPort: number
  secretsFile: string
  more: Variables
}): Promise<Variables> {
  const { firstPort, secretsFile, more } = options
  const port = await freePort(firstPort)
  const simulatorPort = await freePort(firstPort)
  const { PATH, HOME } = process.env
  return {
    ...demoEnvironment({ PATH, HOME }, { port, simulatorPort, secretsFile, isDev: false }),
    // A question beside the payouts, for those who want it.
    CARDZO_BALANCE: '',
    ...more,
  }
}

export const appUrlOf = (environment: Variables) => environment['APP_URL'] ?? ''
export const simulatorUrlOf = (environment: Variables) =>
  `http://127.0.0.1:${environment['SIMULATOR_PORT'] ?? ''}`
