'use client'
import { useSyncExternalStore } from 'react'
import { Alert } from '#app/_ui/alert.tsx'
import { Button } from '#app/_ui/button.tsx'
import { CopyText } from '#app/_ui/copy-text.tsx'

const never = () => () => undefined

/** Shown only once: the portal stores only their hashes. */
export function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  const hasScripts = useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
  return (
    <div className="space-y-4">
      <Alert tone="warn" role="status" title="Keep these recovery codes now: they are shown only this once">
        Each opens the portal once in place of a code, when your phone is lost. Print them or put them into
        your password manager, not on the phone.
      </Alert>
      <CopyText id="recovery-codes" label="Your recovery codes" text={codes.join('\n')} rows={codes.length} />
      {hasScripts && (
        <Button type="button" look="secondary" onClick={() => window.print()}>
          Print this page
        </Button>
      )}
    </div>
  )
}
