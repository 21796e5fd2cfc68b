/** What a form that was sent back carries: why, where, and everything that was typed. */
export type FormState = {
  message: string | null
  /** By input name. */
  problems: Record<string, string>
  values: Record<string, string>
  /** Where the first request of a reused form can be seen. */
  first: string | null
}

export const untouched: FormState = { message: null, problems: {}, values: {}, first: null }

/** The text inputs of a sent form, trimmed; the framework's own hidden ones left out. */
export function readTexts(form: FormData): Record<string, string> {
  const texts: Record<string, string> = {}
  for (const [name, value] of form)
    if (typeof value === 'string' && !name.startsWith('$')) texts[name] = value.trim()
  return texts
}

/** Problems by input name: `destination.account_number` is the input `account_number`. The first one of an input counts. */
export function problemsByInput(
  errors: readonly { path: string; message: string }[],
  inputOf: (path: string) => string = (path) => path.replace(/^destination\./, ''),
): Record<string, string> {
  const problems: Record<string, string> = {}
  for (const { path, message } of errors) problems[inputOf(path)] ??= message
  return problems
}

/** A form goes back to its sender: the refusal's words, and everything typed. */
export function sentBack(
  refusal: { text: string; errors?: readonly { path: string; message: string }[] },
  values: Record<string, string>,
  inputOf?: (path: string) => string,
): FormState {
  const problems = problemsByInput(refusal.errors ?? [], inputOf)
  const message = Object.keys(problems).length > 0 ? 'Please look at these again.' : refusal.text
  return { message, problems, values, first: null }
}
