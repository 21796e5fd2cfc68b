/** Next calls `onRequestError` for every request that ends with an error. */
import type { Instrumentation } from 'next'

export const onRequestError: Instrumentation.onRequestError = async (error, request, context) => {
  // Next also compiles this file for a runtime without Node, and drops what is inside the braces.
  if ((process.env as { NEXT_RUNTIME?: string }).NEXT_RUNTIME === 'nodejs') {
    const { reportRequestError } = await import('#app/_server/report-request-error.ts')
    await reportRequestError(error, request, context)
  }
}
