/** The worker's part of imports: what two people agreed to, a part at a time, each in one transaction. */
import type { Deps } from '#lib/services/ports.ts'

/** So long a proposal waits, and so long what was wrong with an import can be read. */
const keptMs = 7 * 86_400_000

/** Applies every confirmed import to its end, or until the signal. A part that was begun and not committed is begun again. */
export async function applyImports(
  deps: Pick<Deps, 'imports' | 'settings'>,
  signal: AbortSignal,
): Promise<void> {
  await deps.imports.dropOld(keptMs)
  const { coolingOffH } = await deps.settings.read()
  while (!signal.aborted && (await deps.imports.applyNext(coolingOffH)));
}
