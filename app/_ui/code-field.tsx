import { TextField } from './field.tsx'

/** For a code of the authenticator app: digits on a phone's keyboard, filled in by whoever can, never remembered. */
export function CodeField({
  hint = 'From your authenticator app; each code counts once. A recovery code works too.',
  problem,
}: {
  hint?: string
  problem?: string | undefined
}) {
  return (
    <TextField
      name="code"
      label="One-time code"
      hint={hint}
      problem={problem}
      input={{ inputMode: 'numeric', autoComplete: 'one-time-code', maxLength: 32, spellCheck: false }}
    />
  )
}
