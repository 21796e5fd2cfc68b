'use client'
import { Button } from './_ui/button.tsx'
import { NoticePage } from './_ui/notice-page.tsx'

/** The digest is all that leaves the server; the log has the rest under the same number. */
export default function ErrorPage({ error, retry }: { error: unknown; retry: () => void }) {
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

function digestOf(error: unknown): string | null {
  return error instanceof Error && 'digest' in error && typeof error.digest === 'string' ? error.digest : null
}
