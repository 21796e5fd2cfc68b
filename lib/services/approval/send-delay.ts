import type { Deps } from '#lib/services/ports.ts'

/** How long a payment in this currency waits after a person's approval, so that it can be undone. */
export async function sendDelayMs(deps: Pick<Deps, 'settings'>, currency: string): Promise<number> {
  const { sendDelayS } = await deps.settings.read()
  return (sendDelayS[currency] ?? sendDelayS['*'] ?? 0) * 1000
}
