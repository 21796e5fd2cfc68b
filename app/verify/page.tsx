import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Alert } from '#app/_ui/alert.tsx'
import { Account, Amount } from '#app/_ui/amount.tsx'
import { StatusBadge } from '#app/_ui/badge.tsx'
import { Button } from '#app/_ui/button.tsx'
import { Card, Page, PageTitle } from '#app/_ui/card.tsx'
import { Fact, Facts } from '#app/_ui/facts.tsx'
import { TextField } from '#app/_ui/form/field.tsx'
import { Time } from '#app/_ui/time.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { clientIp } from '#app/_server/session.ts'
import { checkReceipt } from '#lib/services/payout/receipt.ts'
import type { CheckedReceipt } from '#lib/services/payout/receipt.ts'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('receipt')
  return { title: t('check.title'), referrer: 'no-referrer' }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

/** Anyone can check a receipt here, by hand or by its QR code. A plain form in the address, so that it can be followed and repeated. */
export default async function VerifyPage({ searchParams }: Props) {
  const query = await searchParams
  const [reference, code] = [textOf(query['reference']), textOf(query['code'])]
  const t = await getTranslations('receipt')
  const result =
    reference === '' && code === ''
      ? null
      : await checkReceipt(await getDeps(), { reference, code, ip: await clientIp() })
  return (
    <Page>
      <PageTitle lead={t('check.lead')}>{t('check.title')}</PageTitle>
      {result !== null && (
        <div className="mb-6">
          {result.ok ? (
            <Genuine receipt={result.receipt} />
          ) : (
            <Alert
              tone="warn"
              role="alert"
              title={result.code === 'rate_limited' ? t('check.tooMany') : t('check.wrong')}
            />
          )}
        </div>
      )}
      <Card>
        <form method="get" action="/verify" className="space-y-5">
          <TextField
            name="reference"
            label={t('reference')}
            input={{ autoComplete: 'off', spellCheck: false, maxLength: 64, defaultValue: reference }}
          />
          <TextField
            name="code"
            label={t('check.code')}
            input={{ autoComplete: 'off', spellCheck: false, maxLength: 32, defaultValue: code }}
          />
          <Button className="w-full">{t('check.button')}</Button>
        </form>
      </Card>
    </Page>
  )
}

async function Genuine({ receipt }: { receipt: CheckedReceipt }) {
  const t = await getTranslations('receipt')
  return (
    <Card>
      <div role="status" className="mb-4">
        <h2 className="text-lg font-semibold tracking-tight">{t('check.genuine')}</h2>
      </div>
      <Facts>
        <Fact name={t('check.amount')}>
          <Amount display={receipt.displayAmount} />
        </Fact>
        <Fact name={t('to')}>
          <Account last4={receipt.accountLast4} />
        </Fact>
        <Fact name={t('paidAt')}>
          <Time at={receipt.paidAt} />
        </Fact>
        <Fact name={t('check.status')}>
          <StatusBadge status="paid" />
        </Fact>
      </Facts>
    </Card>
  )
}

const textOf = (value: string | string[] | undefined) => (typeof value === 'string' ? value.trim() : '')
