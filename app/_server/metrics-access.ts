/** Who may read the metrics: the holder of METRICS_TOKEN; without one configured, only this machine, and nobody through a proxy. */
import { directHeader, processState } from '#lib/runtime/process-state.ts'
import { sameSecret } from '#lib/runtime/same-secret.ts'
import { bearerOf } from './api.ts'
import { getEnv } from './deps.ts'

/** Undefined means: may read. */
export async function refuseMetrics(request: Request): Promise<'unauthorized' | 'forbidden' | undefined> {
  const { metricsToken } = await getEnv()
  if (metricsToken !== undefined)
    return sameSecret(bearerOf(request), metricsToken) ? undefined : 'unauthorized'
  return isDirect(request) ? undefined : 'forbidden'
}

/** Our own listener marks requests from this machine; without that mark nobody knows who is asking. */
function isDirect(request: Request): boolean {
  const { directMark } = processState
  return directMark !== undefined && sameSecret(request.headers.get(directHeader) ?? '', directMark)
}
