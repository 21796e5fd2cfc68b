'use client'
import type { FormState } from './form-state.ts'
import { SignInAgain } from './sign-in-again.tsx'

/** Why a form without fields was refused, beside its button; nothing while there is nothing to say. */
export function Refused({ state: { message, code } }: { state: FormState<unknown> }) {
  return (
    <div role="status" className="text-sm text-bad empty:hidden">
      {message !== null && (
        <span>
          <bdi>{message}</bdi>{' '}
        </span>
      )}
      {code === 'unauthorized' && <SignInAgain />}
    </div>
  )
}
