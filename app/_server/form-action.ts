import 'server-only'
import { notFound } from 'next/navigation'

/**
 * Wraps every server action. Its arguments come from outside and may have any shape: what is not a form, or not a state that `isState`
 * accepts, gets a 404 like any address that does not exist, and never reaches the action.
 */
export function formAction<State>(
  run: (before: State, form: FormData) => Promise<State>,
  isState: (before: unknown) => boolean = () => true,
) {
  return async (before: State, form: FormData): Promise<State> => {
    if (!isForm(form) || !isState(before)) notFound()
    return run(before, form)
  }
}

/** The same for an action without a state. */
export function soleFormAction<Answer>(run: (form: FormData) => Promise<Answer>) {
  return async (form: FormData): Promise<Answer> => {
    if (!isForm(form)) notFound()
    return run(form)
  }
}

const isForm = (given: unknown): boolean => given instanceof FormData
