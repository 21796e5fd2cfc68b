// Not `server-only`, as the files beside it, because lib/web loads this one outside the framework.
export { standbyHealth } from '#lib/runtime/standby/standby.ts'
