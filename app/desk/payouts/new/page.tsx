import { currenciesPaid, fieldsAsked, fieldWords } from '#lib/services/endpoint/endpoint-book.ts'
import type { Metadata } from 'next'
import { getLocale, getTranslations } from 'next-intl/server'
import { redirect } from 'next/navigation'
import { Card, Page, PageTitle } from '#app/_ui/card.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { freshFormId, isFormId } from '#app/_server/form-id.ts'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { shown } from '#app/_server/shown.ts'
import { searchBalances } from '#lib/services/balance/show-balances.ts'
import { showReceiver } from '#lib/services/payout/change-receiver.ts'
import { newPath, ReceiverPicker } from './receiver-picker.tsx'
import { EnterForm } from './enter-form.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('newPayout')
  return { title: t('title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

/** The form's id is in the address, as on /withdraw. */
export default async function NewPayoutPage({ searchParams }: Props) {
  const actor = await requireActor('payout.enter')
  const { form, to, find } = await searchParams
  const chosen = typeof to === 'string' ? to : null
  const search = typeof find === 'string' ? find : ''
  if (!isFormId(form)) redirect(newPath(freshFormId(), { to: chosen, find: search }))
  const deps = await getDeps()
  const shownReceiver = chosen === null ? null : await showReceiver(deps, actor, { id: chosen })
  const receiver = shownReceiver?.ok ? shownReceiver.receiver : null
  const found = receiver ? null : shown(await searchBalances(deps, actor, { search }))
  const t = await getTranslations('newPayout')
  return (
    <Page desk>
      <SendingNotices actor={actor} />
      <PageTitle lead={t('lead')}>{t('title')}</PageTitle>
      <ReceiverPicker formId={form} search={search} chosen={receiver} found={found} />
      <Card>
        <BrowserWords areas={['newPayout', 'fields']}>
          <EnterForm
            key={receiver?.id ?? 'new'}
            formId={form}
            currencies={await currenciesPaid(deps)}
            requiredFields={(await fieldsAsked(deps)).fields}
            words={await fieldWords(deps, await getLocale())}
            known={
              receiver
                ? {
                    externalId: receiver.externalId,
                    firstName: receiver.firstName ?? '',
                    lastName: receiver.lastName ?? '',
                    email: receiver.email ?? '',
                  }
                : {}
            }
          />
        </BrowserWords>
      </Card>
    </Page>
  )
}
