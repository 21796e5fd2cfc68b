import { TextField } from './field.tsx'

/** A field for a one-time code: digits on a phone's keyboard, filled in by the browser if it can, never stored. */
export function CodeField({
  hint = 'From your authenticator app; each code counts once. A recovery code works too.',
  problem,
  autoFocus = false,
  name = 'code',
}: {
  hint?: string
  problem?: string | undefined
  /** For a page that asks for nothing else. */
  autoFocus?: boolean
  /** Must differ where a page has several forms, because it is also the field's id. */
  name?: string
}) {
  return (
    <TextField
      name={name}
      label="One-time code"
      hint={hint}
      problem={problem}
      input={{
        inputMode: 'numeric',
        autoComplete: 'one-time-code',
        maxLength: 64,
        spellCheck: false,
        autoFocus,
      }}
    />
  )
}
