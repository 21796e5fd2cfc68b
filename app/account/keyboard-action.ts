'use server'
import { revalidatePath } from 'next/cache'
import { soleFormAction } from '#app/_server/form-action.ts'
import { keepChoice } from '#app/_server/locale.ts'

/** Concerns this browser alone, so nobody need be asked who they are. */
export const switchKeys = soleFormAction(async (form) => {
  await keepChoice('keys', form.get('keys') === 'off' ? 'off' : null)
  revalidatePath('/account')
})
