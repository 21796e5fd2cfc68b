import type { InputProblem } from '#lib/payouts/refusals.ts'

/** Where and why, for each thing that a schema found wrong. */
export function describeIssue(issue: {
  path: PropertyKey[]
  message: string
  code: string
  keys?: string[]
}): InputProblem[] {
  const path = issue.path.map(String)
  if (issue.code === 'unrecognized_keys')
    return (issue.keys ?? []).map((key) => ({ path: [...path, key].join('.'), message: 'Unknown field.' }))
  return [{ path: path.join('.'), message: issue.message }]
}
