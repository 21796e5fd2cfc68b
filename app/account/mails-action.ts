'use server'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { act } from '#app/_server/action.ts'
import { soleFormAction } from '#app/_server/form-action.ts'
import { chooseMailRhythm } from '#lib/services/message/choose-mail-rhythm.ts'

const text = z.string().catch('')
const Form = z.object({ pace: text, 'quiet-from': text, 'quiet-until': text, 'mail-zone': text })

async function runChooseMails(form: FormData): Promise<void> {
  const typed = Form.parse(Object.fromEntries(form))
  const input = {
    pace: typed.pace,
    quietFrom: typed['quiet-from'],
    quietUntil: typed['quiet-until'],
    zone: typed['mail-zone'],
  }
  // Only a form that is not ours sends what can't be chosen.
  const result = await act(({ deps, actor }) => chooseMailRhythm(deps, actor, input))
  redirect(result.ok ? '/account?done=mails' : '/account')
}

// What a browser can call.
export const chooseMails = soleFormAction(runChooseMails)
