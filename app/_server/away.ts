/** What a route does with an unexpected error: it records it, and says that the database is away or admits a bug. */
import { isDatabaseAway } from '#lib/runtime/deps.ts'
import { getDeps } from './deps.ts'

/**
 * Records the error and says what it means for the caller. Only the error's kind and place are recorded, because messages of the
 * database's client repeat what was to be stored.
 */
export async function judgeError(
  error: unknown,
  where: string,
  requestId?: string,
): Promise<'unavailable' | 'internal'> {
  const verdict = isDatabaseAway(error) ? 'unavailable' : 'internal'
  // If composing itself failed, there is no log to write to either.
  const deps = await getDeps().catch(() => undefined)
  if (verdict === 'internal')
    deps?.log.error({ where, requestId, ...describe(error) }, 'unexpected error in a route')
  else deps?.log.warn({ where, requestId, code: codeOf(error) }, 'the database is away')
  return verdict
}

const codeOf = (error: unknown) => (error instanceof Error ? (error as { code?: unknown }).code : undefined)

function describe(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { kind: typeof error }
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  // A dozen frames reach from the database's client into the verb that called it.
  return { kind: error.name, code: codeOf(error), at: frames.slice(0, 12).map((frame) => frame.trim()) }
}
