import type { Metadata } from 'next'
import { ButtonLink } from '#app/_ui/button.tsx'
import { NoticePage } from '#app/_ui/page/notice-page.tsx'

export const metadata: Metadata = { title: 'You are back', robots: { index: false }, referrer: 'no-referrer' }

/** For browsers that come back from the bank after the link to their payout has ended. Says nothing about any payout. */
export default function BackPage() {
  return (
    <NoticePage title="You are back" next={<ButtonLink href="/sign-in">Sign in</ButtonLink>}>
      <p>
        This link to your payout has ended. To see where your payout is, open your latest mail from us, or
        sign in.
      </p>
    </NoticePage>
  )
}
