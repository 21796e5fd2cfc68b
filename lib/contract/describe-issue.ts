import type { z } from 'zod'
import type { InputProblem, Said } from '#lib/payouts/input-problems.ts'

/** For a schema's own check: how `describeIssue` learns what is wrong. */
export const customIssue = (said: Said, path: (string | number)[] = []) =>
  ({ code: 'custom', params: { said }, path }) as const

/** Where and why, for each thing that a schema found wrong. */
export function describeIssue(issue: z.core.$ZodIssue): InputProblem[] {
  const path = issue.path.map(String)
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...path, key].join('.'), said: { code: 'unknownField' } }))
  const said = saidOf(issue)
  return [{ path: path.join('.'), ...(said ? { said } : { message: issue.message }) }]
}

/** Only forms and requests of the right shape reach these; another shape is told in English, to the program that sent it. */
function saidOf(issue: z.core.$ZodIssue): Said | undefined {
  if (issue.code === 'custom') return issue.params?.['said'] as Said | undefined
  if (issue.code === 'too_small' && issue.origin === 'string' && issue.minimum === 1) return { code: 'empty' }
  if (issue.code !== 'too_big') return undefined
  if (issue.origin === 'string') return { code: 'tooLong', max: Number(issue.maximum) }
  return issue.origin === 'array' ? { code: 'tooMany', max: Number(issue.maximum) } : undefined
}
