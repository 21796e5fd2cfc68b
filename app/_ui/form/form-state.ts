import { changedRefusals, stepUpRefusals } from '#lib/payouts/refusals.ts'
import type { RefusalCode } from '#lib/payouts/refusals.ts'

/** What is wrong with one input, in words. */
export type ToldProblem = { path: string; message: string }

/** What every form's action answers: why the form was sent back, what was typed, and what the page shows in its place. */
export type FormState<Answer = null> = {
  /** Why it was sent back, in words; null when it was not. */
  message: string | null
  /** The refusal behind it; null too when the form itself was wrong. */
  code: RefusalCode | null
  /** By input name. */
  problems: Record<string, string>
  values: Record<string, string>
  /** Where the first request of a reused form can be seen. */
  first: string | null
  /** What the page shows in place of the form, or beside it: a new key, recovery codes, what a trial found. */
  answer: Answer
}

export const untouched: FormState = {
  message: null,
  code: null,
  problems: {},
  values: {},
  first: null,
  answer: null,
}

/** Has what the form is about changed since the page was drawn? Then the page offers to show it as it is. */
export const hasChanged = ({ code }: FormState<unknown>): boolean =>
  code !== null && changedRefusals.includes(code)

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
  errors: readonly ToldProblem[],
  inputOf = usualInputOf,
): Record<string, string> {
  const problems: Record<string, string> = {}
  for (const { path, message } of errors) problems[inputOf(path)] ??= message
  return problems
}

/** Refusals that are about one input are shown beside it, if the form has it. */
const aboutInput: Partial<Record<RefusalCode, string>> = {
  ...Object.fromEntries(stepUpRefusals.map((code) => [code, 'code'])),
  note_required: 'note',
  reason_required: 'reason',
  wrong_password: 'present',
  weak_password: 'password',
  email_taken: 'email',
  limit_exceeded: 'amount',
  insufficient_balance: 'amount',
  grant_reference_reused: 'reference',
}

/** What every form says, in the person's language. */
export type FormWords = {
  /** Above the list of what is wrong. */
  fixThese: string
  /** What is said of an input that must not be empty and is, while something else is wrong too. */
  missing: { code: string; reason: string }
}

/** Never sent back into a form: a code counts once, and a password is typed by its owner. */
const isSecret = (name: string) => /^(code|password|present)(-|$)/.test(name)

/**
 * A form goes back to its sender: the refusal's words, everything typed but secrets, and all that is wrong at once, beside its input.
 * Also says which of `code` and `reason` are still empty, though the verb would ask for them only in the end.
 * `inputOf` names the input of a path. `words` says what a general refusal means here.
 */
export function sentBack(
  refusal: { code?: RefusalCode; text: string; errors?: readonly ToldProblem[]; form?: FormWords },
  typed: Record<string, string>,
  {
    inputOf = usualInputOf,
    words = {},
  }: { inputOf?: (path: string) => string; words?: Partial<Record<RefusalCode, string>> } = {},
): FormState {
  const text = (refusal.code && words[refusal.code]) ?? refusal.text
  const problems = problemsByInput(refusal.errors ?? [], inputOf)
  const about = refusal.code === undefined ? undefined : aboutInput[refusal.code]
  if (about !== undefined && inputOf(about) in typed) problems[inputOf(about)] ??= text
  if (Object.keys(problems).length > 0)
    for (const [path, empty] of Object.entries(refusal.form?.missing ?? {}))
      if (typed[inputOf(path)] === '') problems[inputOf(path)] ??= empty
  return {
    message: Object.keys(problems).length > 0 ? (refusal.form?.fixThese ?? text) : text,
    code: refusal.code ?? null,
    problems,
    values: Object.fromEntries(Object.entries(typed).filter(([name]) => !isSecret(name))),
    first: null,
    answer: null,
  }
}
