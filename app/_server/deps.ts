// Not `server-only`, as the files beside it, because lib/web loads this one outside the framework. In a browser it can't be built anyway:
// it reaches for node:fs.
export { getDeps, getEnv } from '#lib/runtime/deps.ts'
