import type { Metadata } from 'next'
import { ButtonLink } from './_ui/button.tsx'
import { NoticePage } from '#app/_ui/page/notice-page.tsx'

export const metadata: Metadata = { title: 'Sign in' }

export default function Unauthorized() {
  return (
    <NoticePage title="Please sign in" next={<ButtonLink href="/sign-in">Sign in</ButtonLink>}>
      <p>This page is for people who are signed in. Your session may have ended.</p>
    </NoticePage>
  )
}
