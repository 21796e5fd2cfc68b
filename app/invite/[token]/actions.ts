'use server'
import { z } from 'zod'
import { sentBack } from '#app/_ui/form/form-state.ts'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { goOn, userAgent } from '#app/sign-in/enter.ts'
import { acceptInvitation } from '#lib/services/people/accept-invitation.ts'

const text = z.string().max(2000).catch('')
const Form = z.object({ token: text, password: text })

/** In, or on to the second factor. */
async function runAccept(_before: FormState, form: FormData): Promise<FormState> {
  const { token, password } = Form.parse(Object.fromEntries(form))
  const agent = await userAgent()
  const result = await act(
    ({ deps, actor, ip }) => acceptInvitation(deps, actor, { token, password, ip, userAgent: agent }),
    { stranger: true },
  )
  if (result.ok) return goOn(result, '')
  return sentBack(result, { password })
}

// What a browser can call; each checks its arguments first.
export const accept = formAction(runAccept)
