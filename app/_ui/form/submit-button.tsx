'use client'
import type { ReactNode } from 'react'
import { useFormStatus } from 'react-dom'
import { Button } from '#app/_ui/button.tsx'
import type { Look } from '#app/_ui/button.tsx'

/** Shows a spinner while its form is being sent. */
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
  const { pending } = useFormStatus()
  return (
    <Button
      disabled={pending}
      aria-busy={pending}
      {...(look && { look })}
      {...(className && { className })}
      {...(name !== undefined && { name, value })}
    >
      {pending && (
        <span
          aria-hidden="true"
          className="size-4 animate-spin rounded-full border-2 border-current border-t-transparent"
        />
      )}
      <span>{children}</span>
    </Button>
  )
}
