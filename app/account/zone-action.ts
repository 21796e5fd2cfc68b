'use server'
import { redirect } from 'next/navigation'
import { soleFormAction } from '#app/_server/form-action.ts'
import { keepChoice } from '#app/_server/locale.ts'
import { isZone } from '#lib/words/times.ts'

async function runChooseZone(form: FormData): Promise<void> {
  const zone = form.get('time-zone')
  await keepChoice('time-zone', typeof zone === 'string' && isZone(zone) ? zone : null)
  redirect('/account?done=zone')
}

// What a browser can call.
export const chooseZone = soleFormAction(runChooseZone)
