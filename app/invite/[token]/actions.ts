'use server'
import { z } from 'zod'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { goOn, userAgent } from '#app/sign-in/enter.ts'
import { acceptInvitation } from '#lib/services/accept-invitation.ts'

const text = z.string().max(2000).catch('')
const Form = z.object({ token: text, password: text })

export type AcceptState = { message: string | null; isWeak: boolean }

/** In, or on to the second factor. */
async function runAccept(_before: AcceptState, form: FormData): Promise<AcceptState> {
  const { token, password } = Form.parse(Object.fromEntries(form))
  const agent = await userAgent()
  const result = await act(
    ({ deps, actor, ip }) => acceptInvitation(deps, actor, { token, password, ip, userAgent: agent }),
    { stranger: true },
  )
  if (result.ok) return goOn(result, '')
  return { message: result.errors?.[0]?.message ?? result.text, isWeak: result.errors !== undefined }
}

// What a browser can call, each with its arguments looked at first.
export const accept = formAction(runAccept)
