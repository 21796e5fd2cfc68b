import type { Metadata } from 'next'
import { useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import { Card, Empty, Page, PageTitle, Section } from '#app/_ui/card.tsx'
import { TextLink } from '#app/_ui/text-link.tsx'
import { Time } from '#app/_ui/time.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import type { Endpoint } from '#lib/payouts/endpoints.ts'
import { may } from '#lib/payouts/permissions.ts'
import { showStops } from '#lib/services/safety/show-sending.ts'
import type { ShownStop } from '#lib/services/safety/show-sending.ts'
import { InFlightList, SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { ReleaseForm, StopForm } from './stop-forms.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('stop')
  return { title: t('title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

/** Everybody at the desk may look; admins stop and release: all payments, or those of the endpoint in the address. */
export default async function StopPage({ searchParams }: Props) {
  const actor = await requireActor('item.see')
  const t = await getTranslations('stop')
  const { stops, endpoints } = shown(await showStops(await getDeps(), actor))
  const { endpoint: asked } = await searchParams
  const endpoint = endpoints.find(({ id }) => String(id) === asked) ?? null
  const endpointId = endpoint?.id ?? null
  const isStopped = stops.some((stop) => stop.releasedAt === null && stop.endpointId === endpointId)
  const past = stops.filter(({ releasedAt }) => releasedAt !== null)
  return (
    <Page desk>
      <SendingNotices actor={actor} />
      <PageTitle lead={t('lead')}>{t('title')}</PageTitle>
      <Section id="now" title={isStopped ? t('paused') : t('running')}>
        <Card>
          {endpoints.length > 1 && <Choice endpoints={endpoints} chosen={endpointId} />}
          {may(actor, 'sending.stop') ? (
            <BrowserWords areas={['stop']}>
              {isStopped ? <ReleaseForm endpoint={endpointId} /> : <StopForm endpoint={endpointId} />}
            </BrowserWords>
          ) : (
            <p className="text-ink-2">{isStopped ? t('adminResumes') : t('adminPauses')}</p>
          )}
        </Card>
      </Section>
      <Section id="past" title={t('past')}>
        {past.length === 0 ? (
          <Empty title={t('none')} />
        ) : (
          <ul className="space-y-3">
            {past.map((stop) => (
              <PastStop key={stop.id} stop={stop} />
            ))}
          </ul>
        )}
      </Section>
    </Page>
  )
}

/** Which payments the form below is about. */
function Choice({ endpoints, chosen }: { endpoints: readonly Endpoint[]; chosen: number | null }) {
  const t = useTranslations('stop')
  const all = [{ id: null, name: t('all') }, ...endpoints]
  return (
    <ul className="mb-4 flex flex-wrap gap-x-5 gap-y-1">
      {all.map(({ id, name }) => (
        <li key={id ?? 0}>
          {id === chosen ? (
            <strong className="inline-flex min-h-8 items-center">
              <bdi>{name}</bdi>
            </strong>
          ) : (
            <TextLink href={id === null ? '/desk/stop' : `/desk/stop?endpoint=${id}`}>
              <bdi>{name}</bdi>
            </TextLink>
          )}
        </li>
      ))}
    </ul>
  )
}

function PastStop({ stop }: { stop: ShownStop }) {
  const t = useTranslations('stop')
  const { releasedAt } = stop
  return (
    <li className="rounded-2xl border border-line bg-surface p-4 text-[0.9375rem] leading-6 sm:p-5">
      <p>
        {t.rich('pausedBy', {
          name: () => <bdi>{stop.stoppedByName}</bdi>,
          time: () => <Time at={stop.stoppedAt} seconds />,
          reason: () => <bdi>{stop.reason}</bdi>,
        })}
      </p>
      {releasedAt && (
        <p className="mt-1 text-ink-2">
          {t.rich('resumedBy', {
            name: () => <bdi>{stop.releasedByName}</bdi>,
            time: () => <Time at={releasedAt} seconds />,
            reason: () => <bdi>{stop.releaseReason}</bdi>,
          })}
        </p>
      )}
      <div className="mt-1 text-ink-2">
        <InFlightList stop={stop} />
      </div>
    </li>
  )
}
