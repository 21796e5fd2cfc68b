import { useTranslations } from 'next-intl'
import { ButtonLink } from '#app/_ui/button.tsx'
import { TextLink } from '#app/_ui/text-link.tsx'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type { OwnLinks as Paths } from '#lib/services/payout/own-links.ts'

/** In these the receiver can simply ask again. */
const repeatable: readonly PayoutStatus[] = ['declined', 'failed', 'cancelled', 'expired']

/** What the receiver themself can do next; strangers who have the link only read. */
export function OwnLinks({ status, own }: { status: PayoutStatus; own: Paths }) {
  const t = useTranslations('pay.links')
  return (
    <div className="screen-only mt-6 space-y-2">
      {repeatable.includes(status) && (
        <div className="flex flex-wrap gap-3">
          <ButtonLink href={own.again}>{t('again')}</ButtonLink>
          <ButtonLink href={own.other} look="secondary">
            {t('other')}
          </ButtonLink>
        </div>
      )}
      <p className="flex flex-wrap gap-x-6">
        <TextLink href={own.back} tall>
          {t('back')}
        </TextLink>
        {own.cancel !== null && (
          <TextLink href={own.cancel} tall>
            {t('cancel')}
          </TextLink>
        )}
      </p>
    </div>
  )
}
