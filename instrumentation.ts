/** Next calls this once for each server, and for every error that a request ends with. */
import type { Instrumentation } from 'next'

export const onRequestError: Instrumentation.onRequestError = async (error, request, context) => {
  // Next compiles this file for a runtime without Node as well, and leaves out what is in these braces.
  if ((process.env as { NEXT_RUNTIME?: string }).NEXT_RUNTIME === 'nodejs') {
    const { reportRequestError } = await import('#app/_server/report-request-error.ts')
    await reportRequestError(error, request, context)
  }
}
