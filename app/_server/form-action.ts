import 'server-only'
import { notFound } from 'next/navigation'

/**
 * What every server action is wrapped in. Its arguments come from outside, and nobody is held to the shape that our own pages send: what
 * is no form, or no state that `isState` takes, is a 404 like any other address that does not exist, and never reaches the action.
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
