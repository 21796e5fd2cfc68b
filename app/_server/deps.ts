import 'server-only'

export { getDeps, getEnv } from '#lib/runtime/deps.ts'
