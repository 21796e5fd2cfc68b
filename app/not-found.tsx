import type { Metadata } from 'next'
import { ButtonLink } from './_ui/button.tsx'
import { NoticePage } from '#app/_ui/page/notice-page.tsx'

export const metadata: Metadata = { title: 'Not found' }

export default function NotFound() {
  return (
    <NoticePage
      title="This page does not exist"
      next={
        <ButtonLink href="/" look="secondary">
          Go to the start
        </ButtonLink>
      }
    >
      <p>
        The address may be mistyped, or a link to a payout has ended. Links end 90 days after a payout is
        over. If you got yours by mail, open the latest mail or sign in.
      </p>
    </NoticePage>
  )
}
