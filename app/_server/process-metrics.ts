// The routes of app/api may not reach into lib/runtime by themselves.
export { processMetrics } from '#lib/runtime/watch/metrics.ts'
