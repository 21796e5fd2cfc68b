'use client'
import { useActionState } from 'react'
import { Foreign } from '#app/_ui/foreign.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { Refused } from '#app/_ui/form/refused.tsx'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { drop, take } from '#app/desk/actions.ts'

type Props = { id: string; what: string; ownerId: string | null; ownerName: string | null; own: boolean }

/** Take it on, take it over from the owner that is shown, or give it back. */
export function OwnerForm({ id, what, ownerId, ownerName, own }: Props) {
  const [state, action] = useActionState(own ? drop : take, untouched)
  return (
    <form action={action} className="flex flex-wrap items-center gap-x-3">
      <input type="hidden" name="id" value={id} />
      <input type="hidden" name="seenOwnerId" value={ownerId ?? ''} />
      <SubmitButton look="quiet">
        <span>
          {own ? (
            'Give it back'
          ) : ownerName === null ? (
            'Take it'
          ) : (
            <>
              Take over from <bdi>{ownerName}</bdi>
            </>
          )}
        </span>
        <span className="sr-only">
          : <Foreign text={what} />
        </span>
      </SubmitButton>
      <Refused state={state} />
    </form>
  )
}
