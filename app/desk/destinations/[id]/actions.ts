'use server'
import { redirect } from 'next/navigation'
import { readTexts } from '#app/_ui/form-state.ts'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { releaseDestination } from '#lib/services/release-destination.ts'

export type ReleaseState = { refused: string | null; why: string }

async function runRelease(_before: ReleaseState, form: FormData): Promise<ReleaseState> {
  const { id = '', why = '', code = '' } = readTexts(form)
  const result = await act(({ deps, actor }) => releaseDestination(deps, actor, { id, reason: why, code }))
  if (result.ok) redirect(`/desk/destinations?released=${id}`)
  return { refused: result.errors?.[0]?.message ?? result.text, why }
}

// What a browser can call, each with its arguments looked at first.
export const release = formAction(runRelease)
