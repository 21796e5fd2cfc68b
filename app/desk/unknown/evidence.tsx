import { Time } from '#app/_ui/time.tsx'
import type { StoredCallback } from '#lib/services/ports.ts'
import type { UnknownPayout } from '#lib/services/show-unknown.ts'

/** Every request about the payment, oldest first, with the serial number Cardzo gave it; an unchanged answer stands here once. */
export function Evidence({
  evidence,
  callbacks,
}: {
  evidence: UnknownPayout['evidence']
  callbacks: readonly StoredCallback[]
}) {
  return (
    <ol className="mt-2 divide-y divide-line rounded-xl border border-line px-4 text-sm leading-6">
      {evidence.map((sent, index) => (
        <li key={index} className="py-2.5">
          <p className="break-words">
            <span className="font-medium">{sent.what === 'status' ? 'Status asked' : 'Payout-pay'}</span>:{' '}
            {sent.answer}
            {sent.httpStatus !== null && `, HTTP ${sent.httpStatus}`}
          </p>
          <p className="text-[0.8125rem] leading-5 break-words text-ink-3">
            <Time at={sent.at} seconds /> ·{' '}
            {sent.serialNumber === null ? 'no serial number' : `serial number ${sent.serialNumber}`}
          </p>
        </li>
      ))}
      {callbacks.map((callback) => (
        <li key={callback.id} className="py-2.5">
          <p>
            <span className="font-medium">Callback</span>: {callback.status}
            {callback.deliveries > 1 && `, delivered ${callback.deliveries} times`}
          </p>
          <p className="text-[0.8125rem] leading-5 text-ink-3">
            <Time at={callback.receivedAt} seconds />
          </p>
        </li>
      ))}
    </ol>
  )
}
