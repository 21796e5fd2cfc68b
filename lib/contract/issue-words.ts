/** What a schema found wrong, in words that say what to do. Used as the error map wherever input is read. */
import type { z } from 'zod'

const kinds: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  bigint: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
  null: 'null',
  date: 'a time',
}

const kindOf = (expected: string) => kinds[expected] ?? 'another kind of value'

/** A schema's own words come first; this is for all that have none. */
export const issueWords: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'This is required.' : `Must be ${kindOf(issue.expected)}.`
    case 'too_small':
      return boundWords('at least', issue.origin, issue.minimum)
    case 'too_big':
      return boundWords('at most', issue.origin, issue.maximum)
    case 'invalid_value':
      return `Must be one of ${issue.values.map(String).join(', ')}.`
    case 'unrecognized_keys':
      return 'Unknown field.'
    case 'invalid_union':
      return 'Must be text, a number, true, false or null.'
    case 'invalid_key':
      return nameWords(issue.issues[0]?.message)
    case 'invalid_format':
    case 'not_multiple_of':
    case 'invalid_element':
    case 'custom':
      return 'This does not have the right form.'
  }
}

/** The words for a value, said of a name: "Must have at most 64 characters." */
const nameWords = (words = 'Must have the right form.') =>
  `The name of this field ${words.charAt(0).toLowerCase()}${words.slice(1)}`

function boundWords(bound: string, origin: string, value: number | bigint): string {
  if (origin === 'string') return `Must have ${bound} ${value} characters.`
  if (origin === 'array' || origin === 'set') return `Must have ${bound} ${value} entries.`
  return `Must be ${bound} ${value}.`
}
