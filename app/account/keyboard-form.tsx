import { getTranslations } from 'next-intl/server'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { areKeysOn } from '#app/_server/locale.ts'
import { switchKeys } from './keyboard-action.ts'

/** Single-key shortcuts on or off, in this browser (WCAG 2.1.4). */
export async function KeyboardForm() {
  const [on, t] = [await areKeysOn(), await getTranslations('keyboard')]
  return (
    <form action={switchKeys}>
      <input type="hidden" name="keys" value={on ? 'off' : 'on'} />
      <p className="mb-3 text-[0.9375rem]">{on ? t('areOn') : t('areOff')}</p>
      <SubmitButton look="secondary">{on ? t('turnOff') : t('turnOn')}</SubmitButton>
    </form>
  )
}
