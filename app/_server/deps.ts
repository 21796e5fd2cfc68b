// Not `server-only`, as the files beside it, because lib/web loads this one outside the framework. In a browser it can't be built anyway:
// it reaches for node:fs.
import { getRuntime } from '#lib/runtime/deps.ts'
import type { Hub } from '#lib/runtime/push/hub.ts'

export { getDeps, getEnv } from '#lib/runtime/deps.ts'

/** Hears of changes; one per process. */
export const getHub = async (): Promise<Hub> => (await getRuntime()).hub
