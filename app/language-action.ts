'use server'
import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { getDeps } from '#app/_server/deps.ts'
import { soleFormAction } from '#app/_server/form-action.ts'
import { keepChoice } from '#app/_server/locale.ts'
import { isOwnPath } from '#app/_server/own-path.ts'
import { currentActor } from '#app/_server/session.ts'
import { chooseLanguage as rememberLanguage } from '#lib/services/people/choose-language.ts'
import { isLocale } from '#lib/words/locales.ts'

async function runChooseLanguage(form: FormData): Promise<void> {
  const locale = form.get('locale')
  if (isLocale(locale)) {
    await keepChoice('locale', locale)
    await rememberLanguage(await getDeps(), await currentActor(), { locale })
  }
  // The form was on this very page.
  const path = (await headers()).get('x-portal-path') ?? '/'
  redirect(isOwnPath(path) ? path : '/')
}

// What a browser can call.
export const chooseLanguage = soleFormAction(runChooseLanguage)
