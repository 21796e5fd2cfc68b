'use server'
import { redirect } from 'next/navigation'
import { readTexts, sentBack } from '#app/_ui/form-state.ts'
import type { FormState } from '#app/_ui/form-state.ts'
import { act } from '#app/_server/action.ts'
import { createApiKey } from '#lib/services/create-api-key.ts'
import { revokeApiKey } from '#lib/services/revoke-api-key.ts'

export type CreateState = FormState & { scopes: string[] | null; key: string | null; waits: boolean }

/** Shows the key on the page that the form was on, this once. */
export async function create(_before: CreateState, form: FormData): Promise<CreateState> {
  const { code = '', ...values } = readTexts(form)
  const { name = '', owner = '', days = '' } = values
  const scopes = form.getAll('scopes').map(String)
  const result = await act(({ deps, actor }) =>
    createApiKey(deps, actor, {
      name,
      scopes,
      code,
      ...(owner !== '' && { ownerEmail: owner }),
      // What is no number is refused by the verb, with the words for it.
      ...(days !== '' && { expiresInDays: Number(days) }),
    }),
  )
  if (!result.ok) return { ...sentBack(result, values, inputOf), scopes, key: null, waits: false }
  const { key } = result
  return {
    message: null,
    problems: {},
    values: {},
    first: null,
    scopes: null,
    key,
    waits: result.waits !== null,
  }
}

const inputOf = (path: string) => (path === 'expiresInDays' ? 'days' : path)

export async function revoke(_before: string | null, form: FormData): Promise<string | null> {
  const { id = '', code = '' } = readTexts(form)
  const result = await act(({ deps, actor }) => revokeApiKey(deps, actor, { id, code }))
  if (!result.ok) return result.text
  redirect('/desk/keys?done=revoked')
}
