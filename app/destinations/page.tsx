import { fieldsAsked, fieldWords } from '#lib/services/endpoint/endpoint-book.ts'
import type { Metadata } from 'next'
import { useTranslations } from 'next-intl'
import { getLocale, getTranslations } from 'next-intl/server'
import { DoneAlert } from '#app/_ui/alert.tsx'
import { AskFirst, Confirm } from '#app/_ui/ask-first.tsx'
import { BankAccount } from '#app/_ui/amount.tsx'
import { Tag } from '#app/_ui/badge.tsx'
import { Card, Empty, Page, PageTitle, Section } from '#app/_ui/card.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { TextLink } from '#app/_ui/text-link.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { isUsualLabel } from '#lib/payouts/destination-label.ts'
import { knownOfReceiver } from '#lib/payouts/fields.ts'
import { listDestinations } from '#lib/services/destination/list-destinations.ts'
import type { ShownDestination } from '#lib/services/destination/list-destinations.ts'
import { AddForm, DefaultForm, FreezeForm, RemoveForm, RenameForm } from './destination-forms.tsx'
import { UsableFrom } from './usable-from.tsx'
import { destinationLabelText } from '#lib/words/destination-label-text.ts'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('destinations')
  return { title: t('title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

/** The receiver's saved destinations. */
export default async function DestinationsPage({ searchParams }: Props) {
  const actor = await requireActor('destination.manage_own')
  const t = await getTranslations('destinations')
  const { added, known, remove } = await searchParams
  const deps = await getDeps()
  const { destinations } = shown(await listDestinations(deps, actor))
  const receiver = actor.receiverId === null ? null : await deps.people.findReceiver(actor.receiverId)
  return (
    <Page>
      <PageTitle lead={t('lead')}>{t('title')}</PageTitle>
      <Done added={find(destinations, added)} known={find(destinations, known)} />
      {typeof remove === 'string' && find(destinations, remove) === null && (
        <DoneAlert tone="info" title={t('gone')} />
      )}
      {destinations.length === 0 ? (
        <Empty title={t('emptyTitle')}>
          <p>{t('emptyText')}</p>
        </Empty>
      ) : (
        <BrowserWords areas={['destinations']}>
          <ul className="space-y-3">
            {destinations.map((one) => (
              <Saved key={one.id} destination={one} asked={remove === one.id} />
            ))}
          </ul>
        </BrowserWords>
      )}
      <Section id="add" title={t('addTitle')}>
        <Card>
          <BrowserWords areas={['destinations', 'fields']}>
            <AddForm
              fields={(await fieldsAsked(deps)).fields.filter((name) => name !== 'ipaddress')}
              words={await fieldWords(deps, await getLocale())}
              prefilled={receiver ? knownOfReceiver(receiver) : {}}
            />
          </BrowserWords>
        </Card>
      </Section>
    </Page>
  )
}

const find = (destinations: ShownDestination[], id: unknown) =>
  destinations.find((one) => one.id === id) ?? null

/** What the last press led to, if it is still so: the address alone proves nothing. */
function Done({ added, known }: { added: ShownDestination | null; known: ShownDestination | null }) {
  const [t, common] = [useTranslations('destinations'), useTranslations('common')]
  if (added)
    return (
      <DoneAlert title={t('savedTitle')}>
        <p>
          {t.rich('savedText', { name: () => <bdi>{destinationLabelText(common, added)}</bdi> })}{' '}
          <UsableFrom {...added} />
        </p>
      </DoneAlert>
    )
  if (!known) return null
  return (
    <DoneAlert tone="info" title={t('knownTitle')}>
      <p>
        <bdi>{destinationLabelText(common, known)}</bdi>
      </p>
    </DoneAlert>
  )
}

/** `asked`: shows the question whether to remove it. */
function Saved({ destination, asked }: { destination: ShownDestination; asked: boolean }) {
  const t = useTranslations('destinations')
  const label = destinationLabelText(useTranslations('common'), destination)
  const { id, bankName, last4, isDefault, isCoolingOff, frozenAt, isUnreadable } = destination
  return (
    <li className="rounded-2xl border border-line bg-surface p-4 sm:p-5">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1.5">
        <h2 className="min-w-0 font-medium break-words">
          <bdi>{label}</bdi>
        </h2>
        <div className="flex flex-wrap gap-2">
          {isDefault && <Tag look="bg-sunken text-ink-2" icon="check" text={t('default')} />}
          {frozenAt ? (
            <Tag look="bg-warn-soft text-warn" icon="alert" text={t('frozen')} />
          ) : (
            isCoolingOff && <Tag look="bg-info-soft text-info" icon="clock" text={t('new')} />
          )}
        </div>
      </div>
      {/* Without a nickname it is called by these. */}
      {!isUsualLabel(destination) && (
        <p className="mt-1 text-sm text-ink-2">
          <BankAccount bank={bankName} last4={last4} />
        </p>
      )}
      {frozenAt && <p className="mt-1 text-sm text-ink-2">{t('frozenText')}</p>}
      {isCoolingOff && !frozenAt && (
        <p className="mt-1 text-sm text-ink-2">
          <UsableFrom {...destination} /> {t('coolingOff')}
        </p>
      )}
      {isUnreadable && <p className="mt-1 text-sm text-bad">{t('unreadable')}</p>}
      <div className="mt-2 -mb-2 -ml-3 flex flex-wrap items-center gap-x-2 [&>details]:ml-3">
        {!isUnreadable && !frozenAt && (
          <span className="px-3">
            <TextLink href={`/withdraw?to=${id}`} tall>
              {/* One element, because a link is a row of its parts, which drops the blanks between them. */}
              <span>
                {t.rich('withdraw', {
                  name: (text) => (
                    <>
                      <span aria-hidden="true">{text}</span>
                      <bdi className="sr-only">{label}</bdi>
                    </>
                  ),
                })}
              </span>
            </TextLink>
          </span>
        )}
        {!isDefault && !frozenAt && <DefaultForm id={id} label={label} />}
        {isCoolingOff && !frozenAt && <FreezeForm id={id} label={label} />}
        {!asked && (
          <AskFirst path="/destinations" name="remove" id={id}>
            <span>{t('remove')}</span>
            <span className="sr-only">
              {' '}
              <bdi>{label}</bdi>
            </span>
          </AskFirst>
        )}
        <RenameForm id={id} label={label} />
      </div>
      {asked && (
        <Confirm
          id={`remove-${id}`}
          question={t.rich('removeQuestion', { name: () => <bdi>{label}</bdi> })}
          back="/destinations"
        >
          <RemoveForm id={id} label={label} />
        </Confirm>
      )}
    </li>
  )
}
