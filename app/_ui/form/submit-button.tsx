'use client'
import type { ReactNode } from 'react'
import { useFormStatus } from 'react-dom'
import { Button } from '#app/_ui/button.tsx'
import type { Look } from '#app/_ui/button.tsx'

/**
 * Shows a spinner while its form is being sent, and sends nothing when it is pressed again meanwhile. Not `disabled`, which would take the
 * focus away from it.
 */
export function SubmitButton({
  children,
  look,
  className,
  name,
  value,
}: {
  children: ReactNode
  look?: Look
  className?: string
  /** Sent with the form if this button was pressed. */
  name?: string
  value?: string
}) {
  const { pending, data } = useFormStatus()
  const isPressed = pending && (name === undefined || data.get(name) === value)
  return (
    <Button
      aria-disabled={pending}
      aria-busy={isPressed}
      // A press, and Enter in a field, which presses the first button.
      onClick={(event) => {
        if (pending) event.preventDefault()
      }}
      {...(look && { look })}
      {...(className && { className })}
      {...(name !== undefined && { name, value })}
    >
      {isPressed && (
        <span
          aria-hidden="true"
          className="size-4 animate-spin rounded-full border-2 border-current border-t-transparent"
        />
      )}
      <span>{children}</span>
    </Button>
  )
}
