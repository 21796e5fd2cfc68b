'use client'
import { useTranslations } from 'next-intl'
import { unstable_isUnrecognizedActionError as isOfAnotherVersion } from 'next/navigation'
import { useState } from 'react'
import { Button, ButtonLink } from './_ui/button.tsx'
import { NoticePage } from '#app/_ui/page/notice-page.tsx'
import { loadAgainWithTexts, sentTexts } from '#app/_ui/form/typed-texts.tsx'

/** Only the digest leaves the server; the log has the rest under the same number. */
export default function ErrorPage({ error, retry }: { error: unknown; retry: () => void }) {
  const t = useTranslations('crash')
  if (isOfAnotherVersion(error)) return <PortalUpdated />
  const digest = digestOf(error)
  return (
    <NoticePage
      title={t('failed.title')}
      next={
        <>
          <Button type="button" onClick={() => retry()}>
            {t('failed.again')}
          </Button>
          <ButtonLink href="/" look="secondary">
            {t('home')}
          </ButtonLink>
        </>
      }
    >
      <p>{t('failed.text')}</p>
      {digest !== null && (
        <p className="mt-4 text-sm text-ink-3">
          {t.rich('failed.number', { digest: () => <code className="font-mono">{digest}</code> })}
        </p>
      )}
    </NoticePage>
  )
}

/** The form on the page belongs to an older version of the portal. */
function PortalUpdated() {
  const t = useTranslations('crash')
  const [typed] = useState(sentTexts)
  return (
    <NoticePage
      title={t('updated.title')}
      next={
        <Button type="button" onClick={loadAgainWithTexts}>
          {t('updated.reload')}
        </Button>
      }
    >
      <p>
        {t('updated.text')} <span>{t('updated.kept')}</span>
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
