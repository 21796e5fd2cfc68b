import { getTranslations } from 'next-intl/server'
import { areKeysOn } from '#app/_server/locale.ts'
import { Keyboard } from '#app/_ui/keyboard.tsx'
import type { KeyBinding } from '#app/_ui/keyboard.tsx'

/** The shortcuts of this page, unless they are switched off in this browser. */
export async function Keys({ keys }: { keys: readonly KeyBinding[] }) {
  if (!(await areKeysOn())) return null
  const t = await getTranslations('keyboard')
  const words = { title: t('title'), help: t('help'), close: t('close'), off: t('off') }
  return <Keyboard keys={keys} words={words} />
}
