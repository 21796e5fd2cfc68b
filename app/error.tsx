'use client'
import { unstable_isUnrecognizedActionError as isOfAnotherVersion } from 'next/navigation'
import { useState } from 'react'
import { Button } from './_ui/button.tsx'
import { NoticePage } from '#app/_ui/page/notice-page.tsx'
import { loadAgainWithTexts, sentTexts } from '#app/_ui/form/typed-texts.tsx'

/** Only the digest leaves the server; the log has the rest under the same number. */
export default function ErrorPage({ error, retry }: { error: unknown; retry: () => void }) {
  if (isOfAnotherVersion(error)) return <PortalUpdated />
  return (
    <NoticePage
      title="Something went wrong here"
      next={
        <Button type="button" onClick={() => retry()}>
          Try again
        </Button>
      }
    >
      <p>Nothing was lost. Try again in a moment.</p>
      {digestOf(error) !== null && (
        <p className="mt-4 text-sm text-ink-3">
          If it stays, tell the merchant this number: <code className="font-mono">{digestOf(error)}</code>
        </p>
      )}
    </NoticePage>
  )
}

/** The form on the page belongs to an older version of the portal. */
function PortalUpdated() {
  const [typed] = useState(sentTexts)
  return (
    <NoticePage
      title="The portal was updated while this page was open"
      next={
        <Button type="button" onClick={loadAgainWithTexts}>
          Load the page again
        </Button>
      }
    >
      <p>
        Nothing was sent, and nothing was changed. Load the page again: what you typed is kept, except
        passwords and codes. Then send it.
      </p>
      {typed.length > 0 && (
        <dl className="mt-6 space-y-3 text-base">
          {typed.map(([name, value]) => (
            <div key={name}>
              <dt className="text-sm text-ink-3">
                <bdi>{name}</bdi>
              </dt>
              <dd className="break-words whitespace-pre-wrap text-ink">
                <bdi>{value}</bdi>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </NoticePage>
  )
}

function digestOf(error: unknown): string | null {
  return error instanceof Error && 'digest' in error && typeof error.digest === 'string' ? error.digest : null
}
