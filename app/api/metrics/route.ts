import { judgeError } from '#app/_server/away.ts'
import { getDeps } from '#app/_server/deps.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { refuseMetrics } from '#app/_server/metrics-access.ts'
import { problem } from '#app/_server/problem.ts'
import { plainText } from '#app/_server/plain-answer.ts'
import { workerSilentMs } from '#app/_server/readiness.ts'
import { standbyHealth } from '#app/_server/standby/health.ts'
import { expose } from './metrics.ts'

export const dynamic = 'force-dynamic'

/** For Prometheus, with the bearer token METRICS_TOKEN; without one, for this machine only. */
export async function GET(request: Request): Promise<Response> {
  try {
    const refusal = await refuseMetrics(request)
    if (refusal) return problem(refusal)
    const { gatewayCondition, heartbeats, ledger, monitoring } = await getDeps()
    const [counts, workerAlive, money, gateway, endpoints, standby] = await Promise.all([
      monitoring.counts(),
      heartbeats.beatWithinMs(workerSilentMs),
      ledger.lastCheck(),
      gatewayCondition.read(),
      gatewayCondition.readEach(),
      standbyHealth(),
    ])
    const { type, text } = await expose(counts, workerAlive, money, gateway, endpoints, standby)
    return plainText(200, text.trimEnd(), { 'Content-Type': type })
  } catch (error) {
    return problem(await judgeError(error, '/api/metrics'))
  }
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS')
