import 'server-only'
import { getRuntime } from '#lib/runtime/deps.ts'
import type { Hub } from '#lib/runtime/push/hub.ts'

export { getDeps, getEnv } from '#lib/runtime/deps.ts'

/** Hears of changes; one per process. */
export const getHub = async (): Promise<Hub> => (await getRuntime()).hub
