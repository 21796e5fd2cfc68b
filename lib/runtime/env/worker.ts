/** The worker: its leases, its marker and marks outside the database, and the crash points of the fault lab. */
import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { parseCrashPlan } from '../crash-points.ts'
import type { CrashPlan } from '../crash-points.ts'
import { anyPositiveMs, wholeNumber } from './reading.ts'

export const workerVariables = (loopback: boolean) => ({
  // Both belong to the fault lab: beside a real gateway no variable may shorten a lease or kill a worker.
  LEASE_MARGIN_MS: (loopback ? anyPositiveMs : onlyInTheLab).default(30_000),
  CRASH_POINTS: (loopback ? z.string().transform(crashPlan) : onlyInTheLab).optional(),
  // Each holds a connection to Cardzo, for no longer than the time-out, and a database connection for moments.
  WORKER_IN_FLIGHT: wholeNumber(1, 1_000, 'a whole number from 1 to 1000').default(64),
  VALIDATION_OLD_AFTER_MIN: wholeNumber(1, 100_000, 'a positive whole number of minutes').default(60),
  MARKER_FILE: z
    .string()
    .trim()
    .refine((file) => !/[/\\]$/.test(file), 'must be a file, not a folder')
    .default('.data/marker.json'),
  SENT_MARKS_DIR: z
    .string()
    .trim()
    .refine(
      isAbsolute,
      'must be a whole path, beginning at the root, that is the same folder for every worker',
    )
    .optional(),
})

const onlyInTheLab = z.string().transform((_, context): never => {
  context.addIssue({
    code: 'custom',
    message: 'is for the fault lab only. Unset it: the gateway is a real one.',
  })
  return z.NEVER
})

function crashPlan(text: string, context: z.RefinementCtx): CrashPlan {
  const plan = parseCrashPlan(text)
  if (plan) return plan
  context.addIssue({
    code: 'custom',
    message: 'must look like seed=7,rate=0.002 or at=payouts.advance:after:3',
  })
  return z.NEVER
}
