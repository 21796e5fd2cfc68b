import { useTranslations } from 'next-intl'
import { QrCode } from './qr-code.tsx'

/** A new secret for an authenticator app, to scan or to type. */
export function FactorOffer({ secret, uri }: { secret: string; uri: string }) {
  const t = useTranslations('factor')
  return (
    <div className="space-y-4">
      <ol className="list-decimal space-y-1 pl-5 text-[0.9375rem] leading-6 text-ink-2">
        <li>{t('stepApp')}</li>
        <li>{t('stepScan')}</li>
        <li>{t('stepCode')}</li>
      </ol>
      <QrCode text={uri} label={t('qr')} />
      <p className="text-[0.9375rem] text-ink-2">
        {t.rich('key', {
          value: () => (
            <code data-secret={secret} className="font-mono text-ink break-words select-all">
              {(secret.match(/.{1,4}/g) ?? []).join(' ')}
            </code>
          ),
        })}
      </p>
    </div>
  )
}
