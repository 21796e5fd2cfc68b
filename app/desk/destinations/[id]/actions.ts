'use server'
import { getTranslations } from 'next-intl/server'
import { redirect } from 'next/navigation'
import { readTexts, sentBack } from '#app/_ui/form/form-state.ts'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { releaseDestination } from '#lib/services/destination/release-destination.ts'

async function runRelease(_before: FormState, form: FormData): Promise<FormState> {
  const texts = readTexts(form)
  const { id = '', why = '', code = '' } = texts
  const result = await act(({ deps, actor }) => releaseDestination(deps, actor, { id, reason: why, code }))
  if (result.ok) redirect(`/desk/destinations?released=${id}&mailed=${result.mailed ? 'yes' : 'no'}`)
  const t = await getTranslations('newAccounts.release')
  return sentBack(result, texts, {
    inputOf: (path) => (path === 'reason' ? 'why' : path),
    words: { reason_required: t('whyMissing') },
  })
}

// What a browser can call; each checks its arguments first.
export const release = formAction(runRelease)
