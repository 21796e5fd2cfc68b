import { SubmitButton } from '#app/_ui/form/submit-button.tsx'
import { signOutNow } from './actions.ts'

export function SignOutForm() {
  return (
    <form action={signOutNow}>
      <SubmitButton look="quiet">Sign out</SubmitButton>
    </form>
  )
}
