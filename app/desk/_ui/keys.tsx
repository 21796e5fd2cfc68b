import { areKeysOn } from '#app/_server/keys-choice.ts'
import { Keyboard } from '#app/_ui/keyboard.tsx'
import type { KeyBinding } from '#app/_ui/keyboard.tsx'

/** The shortcuts of this page, unless they are switched off in this browser. */
export async function Keys({ keys }: { keys: readonly KeyBinding[] }) {
  if (!(await areKeysOn())) return null
  return (
    <Keyboard
      keys={keys}
      words={{
        title: 'Keyboard',
        help: 'Shows this list',
        close: 'Close',
        off: 'A key leads you somewhere and never decides anything. You can switch keys off on your account page.',
      }}
    />
  )
}
