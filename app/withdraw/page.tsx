import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { Card, Page, PageTitle } from '#app/_ui/card.tsx'
import { freshFormId, isFormId } from '#app/_server/form-id.ts'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { usableFromText } from '#app/destinations/usable-from.tsx'
import { shown } from '#app/_server/shown.ts'
import { isolatedIfRtl } from '#lib/payouts/text.ts'
import { listDestinations } from '#lib/services/destination/list-destinations.ts'
import { knownOfReceiver } from '#lib/payouts/fields.ts'
import { OwnLimits } from '#app/balance/own-limits.tsx'
import { showBalance } from '#lib/services/balance/show-balance.ts'
import { estimateArrival } from '#lib/services/report/estimate-arrival.ts'
import { Arrivals } from './arrivals.tsx'
import { Available } from './available.tsx'
import { WithdrawForm } from './withdraw-form.tsx'

export const metadata: Metadata = { title: 'Withdraw' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

/** The form's id is in the address: back, reload and a restored tab bring the same form and never a second payout, even without scripts. */
export default async function WithdrawPage({ searchParams }: Props) {
  const actor = await requireActor('payout.ask')
  const { form } = await searchParams
  if (!isFormId(form)) redirect(`/withdraw?form=${freshFormId()}`)
  const deps = await getDeps()
  const { config, people } = deps
  const { destinations } = shown(await listDestinations(deps, actor))
  const { needsBalance, balances, limits } = shown(await showBalance(deps, actor))
  const arrivals = await Promise.all(
    config.currencies.map(async (currency) => ({ currency, arrival: await estimateArrival(deps, currency) })),
  )
  const receiver = actor.receiverId === null ? null : await people.findReceiver(actor.receiverId)
  return (
    <Page>
      <PageTitle lead="Your bank checks the details first, then the finance team decides. You can follow every step.">
        Withdraw
      </PageTitle>
      <Available needed={needsBalance} balances={balances} />
      <Arrivals arrivals={arrivals} />
      <Card>
        <WithdrawForm
          formId={form}
          currencies={config.currencies}
          // The IP address comes with the request itself.
          fields={config.requiredFields.filter((name) => name !== 'ipaddress')}
          prefilled={receiver ? knownOfReceiver(receiver) : {}}
          saved={destinations
            .filter(({ isUnreadable }) => !isUnreadable)
            .map((one) => ({
              value: one.id,
              text: [isolatedIfRtl(one.label), usableFromText(one)].filter(Boolean).join(', '),
            }))}
        />
      </Card>
      <OwnLimits limits={limits} />
    </Page>
  )
}
