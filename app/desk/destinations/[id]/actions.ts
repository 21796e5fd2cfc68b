'use server'
import { redirect } from 'next/navigation'
import { readTexts } from '#app/_ui/form-state.ts'
import { act } from '#app/_server/action.ts'
import { releaseDestination } from '#lib/services/release-destination.ts'

export type ReleaseState = { refused: string | null; why: string }

export async function release(_before: ReleaseState, form: FormData): Promise<ReleaseState> {
  const { id = '', why = '', code = '' } = readTexts(form)
  const result = await act(({ deps, actor }) => releaseDestination(deps, actor, { id, reason: why, code }))
  if (result.ok) redirect(`/desk/destinations?released=${id}`)
  return { refused: result.errors?.[0]?.message ?? result.text, why }
}
