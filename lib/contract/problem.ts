/** A problem document (RFC 9457), as app/_server/problem.ts writes it. */
import { z } from 'zod'

/** `codes`: those that can be in it. */
export const problemShape = <Code extends string>(codes: readonly [Code, ...Code[]]) =>
  z
    .object({
      type: z.string().meta({ format: 'uri-reference' }),
      title: z.string(),
      status: z.int().min(400).max(599),
      code: z.enum(codes),
      detail: z.string(),
      errors: z
        .array(z.object({ path: z.string(), message: z.string() }))
        .optional()
        .meta({ description: 'What is wrong with the input; `path` is empty when it is the whole body.' }),
      traceId: z
        .string()
        .regex(/^[0-9a-f]{32}$/)
        .optional()
        .meta({ description: 'The OpenTelemetry trace of this call, where the portal sends traces.' }),
    })
    .meta({ description: 'RFC 9457. `code` is stable; `detail` is for people.' })
