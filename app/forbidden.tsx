import type { Metadata } from 'next'
import { ButtonLink } from './_ui/button.tsx'
import { NoticePage } from '#app/_ui/page/notice-page.tsx'

export const metadata: Metadata = { title: 'Not allowed' }

export default function Forbidden() {
  return (
    <NoticePage
      title="This is not yours to open"
      next={
        <ButtonLink href="/" look="secondary">
          Go to your own pages
        </ButtonLink>
      }
    >
      <p>Your role does not include this page. If it should, ask your administrator.</p>
    </NoticePage>
  )
}
