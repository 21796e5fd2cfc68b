/** Metrics and traces: who may read the metrics, where a worker shows its own, and where traces go. */
import { isIP } from 'node:net'
import { z } from 'zod'
import { wholeNumber } from './reading.ts'

const isPlainAddress = (text: string) => isIP(text) !== 0 || text === 'localhost'

export const watchVariables = {
  METRICS_TOKEN: z
    .string()
    .min(16, 'is too short. Use at least 16 random characters, or unset it.')
    .optional(),
  METRICS_PORT: wholeNumber(1, 65_535, 'a port from 1 to 65535').optional(),
  METRICS_HOST: z
    .string()
    .trim()
    .refine(isPlainAddress, 'must be an IP address of this machine, e.g. 127.0.0.1, or 0.0.0.0 for all')
    .default('127.0.0.1'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .string()
    .trim()
    .transform((text, context) => {
      const url = URL.canParse(text) ? new URL(text) : undefined
      const isPlain = url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search
      if (isPlain) return text.replace(/\/+$/, '')
      const message = 'must be an address such as http://127.0.0.1:4318, without /v1/traces, name or password'
      context.addIssue({ code: 'custom', message })
      return z.NEVER
    })
    .optional(),
  OTEL_EXPORTER_OTLP_HEADERS: z.string().transform(headers).optional(),
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .trim()
    .regex(/^(0(\.\d{1,9})?|1(\.0+)?)$/, 'must be a part from 0 to 1, e.g. 0.1')
    .transform(Number)
    .default(1),
  TRACE_URL: z
    .string()
    .trim()
    .refine((text) => {
      const address = text.replace('{traceId}', '0'.repeat(32))
      return address !== text && URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)
    }, 'must be an address with {traceId} in it, e.g. https://traces.example.com/trace/{traceId}')
    .optional(),
}

/** `name=value,name=value`, percent-encoded, as OpenTelemetry writes them. */
function headers(text: string, context: z.RefinementCtx): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [index, entry] of text.split(',').entries()) {
    if (entry.trim() === '') continue
    const [, name, value] = /^\s*([!#$%&'*+.^_`|~\w-]+)\s*=\s*(\S(?:.*\S)?)\s*$/.exec(entry) ?? []
    try {
      if (name !== undefined && value !== undefined) {
        found[name] = decodeURIComponent(value)
        continue
      }
    } catch {
      // Said below.
    }
    context.addIssue({ code: 'custom', message: `entry ${index + 1} is not name=value` })
  }
  return found
}
