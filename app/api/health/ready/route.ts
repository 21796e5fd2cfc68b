import { json } from '#app/_server/api.ts'
import { judgeError } from '#app/_server/away.ts'
import { getDeps } from '#app/_server/deps.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { problem } from '#app/_server/problem.ts'
import { checkReadiness } from '#app/_server/readiness.ts'
import { standbyHealth } from '#app/_server/standby/health.ts'

export const dynamic = 'force-dynamic'

/** Can the installation work: database, migrations, a worker? Otherwise 503, with the check that failed. */
export async function GET(): Promise<Response> {
  try {
    const readiness = await checkReadiness({ ...(await getDeps()), standby: standbyHealth })
    return readiness.ready
      ? json(readiness)
      : json(readiness, { status: 503, headers: { 'Retry-After': '5' } })
  } catch (error) {
    await judgeError(error, '/api/health/ready')
    return problem('unavailable')
  }
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS')
