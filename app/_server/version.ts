import 'server-only'
import { processState } from '#lib/runtime/process-state.ts'

/** Which build this server runs; undefined while developing, where pages follow the sources by themselves. */
export const versionHere = (): string | undefined => processState.version
