'use server'
import { redirect } from 'next/navigation'
import { readTexts, sentBack, untouched } from '#app/_ui/form/form-state.ts'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { createApiKey } from '#lib/services/key/create-api-key.ts'
import { revokeApiKey } from '#lib/services/key/revoke-api-key.ts'

/** Answered with the key, which the page shows this once; `waits` for another admin. */
type CreateState = FormState<{ key: string; waits: boolean } | null>

async function runCreate(_before: CreateState, form: FormData): Promise<CreateState> {
  const texts = readTexts(form)
  const { name = '', owner = '', days = '', code = '' } = texts
  const scopes = form.getAll('scopes').map(String)
  const result = await act(({ deps, actor }) =>
    createApiKey(deps, actor, {
      name,
      scopes,
      code,
      ...(owner !== '' && { ownerEmail: owner }),
      // The verb refuses what is not a number, with the words for it.
      ...(days !== '' && { expiresInDays: Number(days) }),
    }),
  )
  if (!result.ok) return sentBack(result, { ...texts, scopes: scopes.join(' ') }, { inputOf })
  return { ...untouched, answer: { key: result.key, waits: result.waits !== null } }
}

const inputOf = (path: string) => (path === 'expiresInDays' ? 'days' : path)

async function runRevoke(_before: FormState, form: FormData): Promise<FormState> {
  const texts = readTexts(form)
  const { id = '', code = '' } = texts
  const result = await act(({ deps, actor }) => revokeApiKey(deps, actor, { id, code }))
  if (!result.ok) return sentBack(result, texts)
  redirect('/desk/keys?done=revoked')
}

// What a browser can call; each checks its arguments first.
export const create = formAction(runCreate)
export const revoke = formAction(runRevoke)
