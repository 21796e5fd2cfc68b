import { forbidden, notFound, redirect } from 'next/navigation'
import type { Refusal } from '#lib/payouts/refusals.ts'

/** A verb's answer, for a page to show; a refusal ends the page with its own HTTP status before anything is sent. */
export function shown<Answer extends { ok: true }>(answer: Answer | Refusal): Answer {
  if (answer.ok) return answer
  if (answer.code === 'unauthorized') redirect('/sign-in')
  if (answer.code === 'forbidden') forbidden()
  // Malformed ids and cursors name nothing.
  notFound()
}
