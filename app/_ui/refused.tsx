'use client'
import { signedOutText } from '#lib/payouts/refusals.ts'
import { SignInAgain } from './sign-in-again.tsx'

/** What a form without fields was refused with, beside its button; nothing while there is nothing to say. */
export function Refused({ text }: { text: string | null }) {
  return (
    <div role="status" className="text-sm text-bad empty:hidden">
      {text !== null && (
        <span>
          <bdi>{text}</bdi>{' '}
        </span>
      )}
      {text === signedOutText && <SignInAgain />}
    </div>
  )
}
