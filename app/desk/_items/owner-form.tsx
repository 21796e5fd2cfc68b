'use client'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { Sentence } from '#app/_ui/foreign.tsx'
import { untouched } from '#app/_ui/form/form-state.ts'
import { hiddenPart } from '#app/_ui/hidden-part.tsx'
import { Refused } from '#app/_ui/form/refused.tsx'
import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { drop, take } from '#app/desk/actions.ts'

type Props = { id: string; item: string; ownerId: string | null; ownerName: string | null; own: boolean }

/** Take it on, take it over from the owner that is shown, or give it back. `item`: its title, for screen readers. */
export function OwnerForm({ id, item, ownerId, ownerName, own }: Props) {
  const t = useTranslations('items')
  const [state, action] = useActionState(own ? drop : take, untouched)
  const parts = { item: () => <Sentence text={item} />, of: hiddenPart }
  return (
    <form action={action} className="flex flex-wrap items-center gap-x-3 max-sm:-ml-3 sm:ml-auto">
      <input type="hidden" name="id" value={id} />
      <input type="hidden" name="seenOwnerId" value={ownerId ?? ''} />
      <SubmitButton look="quiet">
        {own
          ? t.rich('drop', parts)
          : ownerName === null
            ? t.rich('take', parts)
            : t.rich('takeOver', { ...parts, name: () => <bdi>{ownerName}</bdi> })}
      </SubmitButton>
      <Refused state={state} />
    </form>
  )
}
