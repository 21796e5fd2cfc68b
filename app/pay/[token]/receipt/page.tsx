import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Amount, BankAccount } from '#app/_ui/amount.tsx'
import { buttonClass } from '#app/_ui/button.tsx'
import { Card, Page, PageTitle } from '#app/_ui/card.tsx'
import { Fact, Facts } from '#app/_ui/facts.tsx'
import { QrCode } from '#app/_ui/factor/qr-code.tsx'
import { Icon } from '#app/_ui/icons.tsx'
import { Logo } from '#app/_ui/logo.tsx'
import { BackLink } from '#app/_ui/page/back-link.tsx'
import { Time } from '#app/_ui/time.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { shown } from '#app/_server/shown.ts'
import { statusPathWith } from '#lib/services/payout/links.ts'
import { showBrand } from '#lib/services/policy/show-brand.ts'
import { checkUrlOf, showReceipt } from '#lib/services/payout/receipt.ts'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('receipt')
  return { title: t('title'), referrer: 'no-referrer' }
}

type Props = { params: Promise<{ token: string }> }

/** For anyone with the link, once the payout is paid; a 404 before. */
export default async function ReceiptPage({ params }: Props) {
  const { token } = await params
  const deps = await getDeps()
  const { receipt } = shown(await showReceipt(deps, token))
  const t = await getTranslations('receipt')
  const brand = await showBrand(deps)
  const checkAt = `${deps.config.appUrl}/verify`
  return (
    <Page>
      <BackLink href={statusPathWith(token)}>{t('back')}</BackLink>
      <PageTitle>{t('title')}</PageTitle>
      <Card>
        {(brand.logo !== null || brand.name !== null) && (
          <p className="mb-5 font-semibold">
            {brand.logo ? <Logo logo={brand.logo} name={brand.name ?? ''} /> : <bdi>{brand.name}</bdi>}
          </p>
        )}
        <p className="overline-label">{t('paid')}</p>
        <p className="mt-1 mb-6">
          <Amount display={receipt.displayAmount} large />
        </p>
        <Facts>
          <Fact name={t('to')}>
            <BankAccount bank={receipt.bankName} last4={receipt.accountLast4} />
          </Fact>
          <Fact name={t('requested')}>
            <Time at={receipt.requestedAt} />
          </Fact>
          <Fact name={t('paidAt')}>
            <Time at={receipt.paidAt} seconds />
          </Fact>
          <Fact name={t('reference')} mono>
            <span className="select-all">{receipt.reference}</span>
          </Fact>
          {receipt.orderId !== null && (
            <Fact name={t('order')} mono>
              <span className="select-all">
                <bdi>{receipt.orderId}</bdi>
              </span>
            </Fact>
          )}
          <Fact name={t('code')} mono>
            <span className="select-all" data-receipt-code>
              {receipt.code}
            </span>
          </Fact>
        </Facts>
        <div className="mt-6 flex flex-wrap items-center gap-5 border-t border-line pt-6">
          <div className="size-28 [&>svg]:size-full">
            <QrCode text={checkUrlOf(deps.config, receipt)} label={t('qr')} />
          </div>
          <p className="min-w-48 flex-1 text-sm text-ink-2">
            {t.rich('checkHow', {
              address: () => (
                <a href="/verify" className="text-link break-all">
                  {checkAt}
                </a>
              ),
            })}
          </p>
        </div>
      </Card>
      <p className="screen-only mt-6">
        <a href={`${statusPathWith(token)}/receipt/pdf`} className={buttonClass()} download>
          <Icon name="download" />
          <span>{t('download')}</span>
        </a>
      </p>
    </Page>
  )
}
