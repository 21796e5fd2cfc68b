'use client'
import { useTranslations } from 'next-intl'
import { useSyncExternalStore } from 'react'
import { Alert } from '#app/_ui/alert.tsx'
import { Button } from '#app/_ui/button.tsx'
import { CopyText } from '#app/_ui/copy-text.tsx'

const never = () => () => undefined

/** Shown only once: the portal stores only their hashes. */
export function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  const t = useTranslations('factor')
  const hasScripts = useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
  return (
    <div className="space-y-4">
      <Alert tone="warn" role="status" title={t('codesTitle')}>
        {t('codesText')}
      </Alert>
      <CopyText id="recovery-codes" label={t('codesLabel')} text={codes.join('\n')} rows={codes.length} />
      {hasScripts && (
        <Button type="button" look="secondary" onClick={() => window.print()}>
          {t('print')}
        </Button>
      )}
    </div>
  )
}
