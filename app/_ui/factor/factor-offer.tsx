import { QrCode } from './qr-code.tsx'

/** A new secret for an authenticator app, to scan or to type. */
export function FactorOffer({ secret, uri }: { secret: string; uri: string }) {
  return (
    <div className="space-y-4">
      <ol className="list-decimal space-y-1 pl-5 text-[0.9375rem] leading-6 text-ink-2">
        <li>Open an authenticator app on your phone; any that makes six-digit codes will do.</li>
        <li>Scan the picture with it. On the phone itself, type the key instead.</li>
        <li>Enter the code that the app shows.</li>
      </ol>
      <QrCode text={uri} label="QR code of the key" />
      <p className="text-[0.9375rem] text-ink-2">
        Key:{' '}
        <code data-secret={secret} className="font-mono text-ink break-words select-all">
          {(secret.match(/.{1,4}/g) ?? []).join(' ')}
        </code>
      </p>
    </div>
  )
}
