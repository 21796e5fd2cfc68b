import type { Instrumentation } from 'next'
import { reportError } from '#lib/runtime/error-hook.ts'
import { getDeps } from '#lib/runtime/deps.ts'

type Args = Parameters<Instrumentation.onRequestError>

/**
 * Records what a page, an action or a route threw unexpectedly. Leaves out the address, because it may hold a token; the digest
 * is the number that the error's page shows.
 */
export async function reportRequestError(error: Args[0], request: Args[1], context: Args[2]): Promise<void> {
  // Composing may be the very thing that failed; Next writes to the console, which leads into the log.
  const deps = await getDeps().catch(() => undefined)
  if (!deps) return
  const digest = typeof error === 'object' && error !== null && 'digest' in error ? error.digest : undefined
  const { routePath, routeType } = context
  const about = { route: routePath, routeType, method: request.method, digest }
  reportError(deps.log, error, about, 'unexpected error in a request')
}
