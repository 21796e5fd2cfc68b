import { changedRefusals } from '#lib/payouts/refusals.ts'
import type { InputProblem, RefusalCode } from '#lib/payouts/refusals.ts'

/** What a form that was sent back carries: why, where, and everything that was typed. */
export type FormState = {
  message: string | null
  /** By input name. */
  problems: Record<string, string>
  values: Record<string, string>
  /** Where the first request of a reused form can be seen. */
  first: string | null
  /** What the form is about has changed since the page was drawn: the page offers to show it as it is. */
  changed: boolean
}

export const untouched: FormState = { message: null, problems: {}, values: {}, first: null, changed: false }

/** The text inputs of a sent form, trimmed; the framework's own hidden ones left out. */
export function readTexts(form: FormData): Record<string, string> {
  const texts: Record<string, string> = {}
  for (const [name, value] of form)
    if (typeof value === 'string' && !name.startsWith('$')) texts[name] = value.trim()
  return texts
}

const usualInputOf = (path: string) => path.replace(/^destination\./, '')

/** Problems by input name: `destination.account_number` is the input `account_number`. The first one of an input counts. */
export function problemsByInput(
  errors: readonly InputProblem[],
  inputOf: (path: string) => string = usualInputOf,
): Record<string, string> {
  const problems: Record<string, string> = {}
  for (const { path, message } of errors) problems[inputOf(path)] ??= message
  return problems
}

/** Refusals that are about one input: they stand beside it, if the form has it. */
const aboutInput: Partial<Record<RefusalCode, string>> = {
  step_up_required: 'code',
  wrong_code: 'code',
  code_used: 'code',
  factor_not_set_up: 'code',
  note_required: 'note',
  reason_required: 'reason',
  wrong_password: 'present',
  weak_password: 'password',
  email_taken: 'email',
  limit_exceeded: 'amount',
  insufficient_balance: 'amount',
  grant_reference_reused: 'reference',
}

/** What is said of an input that must not be empty and is, while something else is wrong too. */
const missing: Record<string, string> = {
  code: 'Enter the code that your authenticator app shows now.',
  reason: 'Write a reason.',
}

/** Never sent back into a form: a code counts once, and a password is typed by its owner. */
const isSecret = (name: string) => /^(code|password|present)(-|$)/.test(name)

/**
 * A form goes back to its sender: the refusal's words, everything typed but secrets, and all that is wrong at once, beside its input.
 * `required`: what may not be empty, by path. It is told of together with the rest, though the verb would ask for it only in the end.
 */
export function sentBack(
  refusal: { code?: RefusalCode; text: string; errors?: readonly InputProblem[] },
  typed: Record<string, string>,
  inputOf: (path: string) => string = usualInputOf,
  required: readonly string[] = Object.keys(missing),
): FormState {
  const problems = problemsByInput(refusal.errors ?? [], inputOf)
  const about = refusal.code === undefined ? undefined : aboutInput[refusal.code]
  if (about !== undefined && inputOf(about) in typed) problems[inputOf(about)] ??= refusal.text
  if (Object.keys(problems).length > 0)
    for (const path of required)
      if (typed[inputOf(path)] === '') problems[inputOf(path)] ??= missing[path] ?? 'Fill this in.'
  return {
    message: Object.keys(problems).length > 0 ? 'Please look at these again.' : refusal.text,
    problems,
    values: Object.fromEntries(Object.entries(typed).filter(([name]) => !isSecret(name))),
    first: null,
    changed: refusal.code !== undefined && changedRefusals.includes(refusal.code),
  }
}
