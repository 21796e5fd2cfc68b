import { TextField } from './field.tsx'

/** For a password that a person chooses. */
export function NewPasswordField({ problem }: { problem?: string | undefined }) {
  return (
    <TextField
      name="password"
      label="New password"
      hint="At least 12 characters. Several words in a row are easy to keep and hard to guess."
      problem={problem}
      input={{ type: 'password', autoComplete: 'new-password' }}
    />
  )
}
