import { currenciesPaid, fieldsAsked, fieldWords } from '#lib/services/endpoint/endpoint-book.ts'
import type { Metadata } from 'next'
import { getLocale, getTranslations } from 'next-intl/server'
import { redirect } from 'next/navigation'
import { Card, Page, PageTitle } from '#app/_ui/card.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { freshFormId, isFormId } from '#app/_server/form-id.ts'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { askableMinor } from '#lib/payouts/holding.ts'
import { displayAmount, formatAmount } from '#lib/payouts/money.ts'
import { listDestinations } from '#lib/services/destination/list-destinations.ts'
import { knownOfReceiver } from '#lib/payouts/fields.ts'
import { moneyText } from '#lib/words/money.ts'
import { OwnLimits } from '#app/balance/own-limits.tsx'
import { showBalance } from '#lib/services/balance/show-balance.ts'
import { estimateArrival } from '#lib/services/report/estimate-arrival.ts'
import { Arrivals } from './arrivals.tsx'
import { Available } from './available.tsx'
import { WithdrawForm } from './withdraw-form.tsx'
import { destinationLabelText } from '#lib/words/destination-label-text.ts'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('withdraw')
  return { title: t('title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

/**
 * The form's id is in the address: back, reload and a restored tab bring the same form and never a second payout, even without scripts.
 * `to` chooses a saved destination, or `default`; `amount` and `currency` fill the form in. The bare address opens the fields of a new account,
 * because programs fill in each of them (docs/contract.md); links of ours say `to=default`.
 */
export default async function WithdrawPage({ searchParams }: Props) {
  const actor = await requireActor('payout.ask')
  const query = await searchParams
  const { form, to, amount, currency } = query
  if (!isFormId(form)) redirect(`/withdraw?${withFreshForm(query)}`)
  const deps = await getDeps()
  const [t, locale] = [await getTranslations('withdraw'), await getLocale()]
  const common = await getTranslations('common')
  const { people } = deps
  const { destinations } = shown(await listDestinations(deps, actor))
  const { needsBalance, balances, limits } = shown(await showBalance(deps, actor))
  const [currencies, { fields }] = await Promise.all([currenciesPaid(deps), fieldsAsked(deps)])
  const arrivals = await Promise.all(
    currencies.map(async (one) => ({ currency: one, arrival: await estimateArrival(deps, one) })),
  )
  const receiver = actor.receiverId === null ? null : await people.findReceiver(actor.receiverId)
  const saved = destinations.filter(({ isUnreadable }) => !isUnreadable)
  const askable = needsBalance ? balances.filter((one) => askableMinor(one) > 0n) : []
  return (
    <Page>
      <PageTitle lead={t('lead')}>{t('title')}</PageTitle>
      <Available needed={needsBalance} balances={balances} />
      <Arrivals arrivals={arrivals} />
      <Card>
        <BrowserWords areas={['withdraw', 'fields']}>
          <WithdrawForm
            formId={form}
            userId={actor.id}
            currencies={currencies}
            // The IP address comes with the request itself.
            fields={fields.filter((name) => name !== 'ipaddress')}
            words={await fieldWords(deps, locale)}
            prefilled={receiver ? knownOfReceiver(receiver) : {}}
            amount={typeof amount === 'string' ? amount : ''}
            currency={typeof currency === 'string' ? currency : ''}
            all={askable.map((one) => ({
              currency: one.currency,
              amount: formatAmount(askableMinor(one), one.currency),
              text: moneyText(locale, displayAmount(askableMinor(one), one.currency)),
            }))}
            chosen={(to === 'default' ? saved[0] : saved.find(({ id }) => id === to))?.id ?? ''}
            saved={saved.map((one) => ({
              id: one.id,
              label: destinationLabelText(common, one),
              last4: one.last4,
              usableFrom: one.isCoolingOff ? one.usableFrom.toISOString() : null,
            }))}
          />
        </BrowserWords>
      </Card>
      <OwnLimits limits={limits} />
    </Page>
  )
}

/** The same query with a fresh form. */
function withFreshForm(query: Awaited<Props['searchParams']>): string {
  const texts = Object.entries(query).flatMap(([name, value]) =>
    typeof value === 'string' && name !== 'form' ? [[name, value] as [string, string]] : [],
  )
  return new URLSearchParams([['form', freshFormId()], ...texts]).toString()
}
