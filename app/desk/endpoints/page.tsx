import type { Metadata } from 'next'
import { useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import Link from 'next/link'
import { Card, Page, PageTitle, Section } from '#app/_ui/card.tsx'
import { Fact, Facts } from '#app/_ui/facts.tsx'
import { Foreign } from '#app/_ui/foreign.tsx'
import { TextLink } from '#app/_ui/text-link.tsx'
import { Time } from '#app/_ui/time.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { writeLowMarks } from '#lib/payouts/merchant-balance.ts'
import { writeFields, writeRoutes } from '#lib/services/endpoint/read-endpoint.ts'
import { showEndpoints } from '#lib/services/endpoint/show-endpoints.ts'
import type { ShownEndpoint } from '#lib/services/endpoint/show-endpoints.ts'
import { EndpointForm, RoutesForm, TestForm } from './endpoint-form.tsx'
import type { EndpointValues } from './endpoint-form.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('settings.endpoint')
  return { title: t('title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

/** One form at a time: of the endpoint in the address, of the routes, or of a new endpoint. */
export default async function EndpointsPage({ searchParams }: Props) {
  const actor = await requireActor('settings.see')
  const t = await getTranslations('settings.endpoint')
  const { endpoints, routes, isWaiting, mayPropose, mayTest, mayStop } = shown(
    await showEndpoints(await getDeps(), actor),
  )
  const { change } = await searchParams
  const chosen = endpoints.find(({ id }) => String(id) === change)
  const nameOf = (id: number) => endpoints.find((one) => one.id === id)?.name ?? String(id)
  return (
    <Page desk>
      <SendingNotices actor={actor} />
      <PageTitle lead={t('lead')}>{t('title')}</PageTitle>
      {isWaiting && (
        <p className="mb-6 text-[0.9375rem] leading-6">
          {t.rich('toSettings', {
            link: (text) => (
              <Link href="/desk/settings" prefetch={false} className="text-link">
                {text}
              </Link>
            ),
          })}
        </p>
      )}
      <Section id="list" title={t('list')}>
        <ul className="space-y-4">
          {endpoints.map((endpoint) => (
            <li key={endpoint.id}>
              <OneEndpoint endpoint={endpoint} mayPropose={mayPropose} mayTest={mayTest} mayStop={mayStop} />
            </li>
          ))}
        </ul>
      </Section>
      <Section id="routes" title={t('routes')}>
        <Card>
          <p className="mb-3 text-[0.9375rem] leading-6 text-ink-2">{t('routesLead')}</p>
          {routes.length === 0 ? (
            <p>{t('noRoutes')}</p>
          ) : (
            <ol className="list-decimal space-y-1 ps-6">
              {routes.map((route, place) => (
                // A place in the order is what a route is.
                <li key={place}>
                  <bdi>
                    {t('route', {
                      currency: route.currency ?? t('any'),
                      source: route.source ?? t('any'),
                      name: nameOf(route.endpointId),
                    })}
                  </bdi>
                </li>
              ))}
            </ol>
          )}
          {mayPropose && (
            <p className="mt-4">
              <TextLink href="/desk/endpoints?change=routes">{t('change')}</TextLink>
            </p>
          )}
        </Card>
      </Section>
      {mayPropose && (
        <Section
          id="propose"
          title={change === 'routes' ? t('routes') : chosen ? t('changeOf', { name: chosen.name }) : t('add')}
        >
          <Card>
            <BrowserWords areas={['settings']}>
              {change === 'routes' ? (
                <RoutesForm routes={writeRoutes(routes)} />
              ) : (
                <EndpointForm key={chosen?.id ?? 0} given={chosen ? valuesOf(chosen) : fresh} />
              )}
            </BrowserWords>
          </Card>
        </Section>
      )}
    </Page>
  )
}

const fresh: EndpointValues = {
  ...{ id: null, name: '', kind: 'endpoint', cardzoId: '', baseUrl: '', login: '', currencies: '' },
  ...{ fields: '', redirectHosts: '', maxRequestsPerS: '100', active: true },
  ...{ balance: '', lowMarks: '' },
  isEnvironment: false,
  isRotating: false,
}

const valuesOf = (endpoint: ShownEndpoint): EndpointValues => ({
  id: endpoint.id,
  name: endpoint.name,
  kind: endpoint.kind,
  cardzoId: endpoint.cardzoId,
  baseUrl: endpoint.baseUrl,
  login: endpoint.login,
  currencies: endpoint.currencies.join(', '),
  fields: writeFields(endpoint.fields),
  redirectHosts: endpoint.redirectHosts.join(', '),
  maxRequestsPerS: String(endpoint.maxRequestsPerS),
  balance: endpoint.balance ?? '',
  lowMarks: writeLowMarks(endpoint.lowMarks),
  active: endpoint.active,
  isEnvironment: endpoint.source === 'environment',
  isRotating: endpoint.isRotating,
})

function OneEndpoint({
  endpoint,
  mayPropose,
  mayTest,
  mayStop,
}: {
  endpoint: ShownEndpoint
  mayPropose: boolean
  mayTest: boolean
  mayStop: boolean
}) {
  const t = useTranslations('settings.endpoint')
  const { id, condition } = endpoint
  const lines = [
    { name: t('number'), value: String(id) },
    { name: t('name'), value: endpoint.name },
    { name: t('use'), value: endpoint.active ? t('active') : t('inactive') },
    { name: t('kind'), value: t(endpoint.kind) },
    { name: t('cardzoId'), value: endpoint.cardzoId },
    { name: t('baseUrl'), value: endpoint.baseUrl },
    { name: t('login'), value: endpoint.login },
    { name: t('currencies'), value: endpoint.currencies.join(', ') },
    { name: t('fields'), value: endpoint.fields.map(({ name }) => name).join(', ') },
    { name: t('redirectHosts'), value: endpoint.redirectHosts.join(', ') },
    { name: t('maxRequestsPerS'), value: String(endpoint.maxRequestsPerS) },
    { name: t('balance'), value: endpoint.balance ?? t('notAsked') },
    { name: t('lowMarks'), value: writeLowMarks(endpoint.lowMarks) },
  ].filter(({ value }) => value !== '')
  const stop = `/desk/stop?endpoint=${id}`
  return (
    <Card>
      <Facts>
        {lines.map(({ name, value }) => (
          <Fact key={name} name={name}>
            <bdi className="wrap-anywhere">{value}</bdi>
          </Fact>
        ))}
        <Fact name={t('now')}>
          <Condition condition={condition} />
        </Fact>
        {endpoint.test && (
          <Fact name={t('test.title')}>
            <TestResult test={endpoint.test} />
          </Fact>
        )}
      </Facts>
      {endpoint.source === 'environment' && (
        <p className="mt-4 text-[0.9375rem] leading-6 text-ink-2">{t('environment')}</p>
      )}
      {endpoint.isRotating && <p className="mt-4 text-[0.9375rem] leading-6">{t('rotating')}</p>}
      {endpoint.isStopped && (
        <p className="mt-4 text-[0.9375rem] leading-6">
          {t.rich('stopped', {
            link: (text) => (
              <Link href={stop} prefetch={false} className="text-link">
                {text}
              </Link>
            ),
          })}
        </p>
      )}
      {mayTest && (
        <BrowserWords areas={['settings']}>
          <TestForm id={id} name={endpoint.name} />
        </BrowserWords>
      )}
      <p className="mt-4 flex flex-wrap gap-x-5">
        {mayPropose && <TextLink href={`/desk/endpoints?change=${id}#propose`}>{t('change')}</TextLink>}
        {mayStop && !endpoint.isStopped && <TextLink href={stop}>{t('stop')}</TextLink>}
      </p>
    </Card>
  )
}

function TestResult({ test }: { test: NonNullable<ShownEndpoint['test']> }) {
  const t = useTranslations('settings.endpoint.test')
  if (test.answer === null || test.answeredAt === null) return t('waiting')
  const { answeredAt, keyAnswer } = test
  return (
    <>
      <span>{t.rich('at', { result: t(test.answer), time: () => <Time at={answeredAt} seconds /> })}</span>
      {test.said !== null && (
        <span className="block text-sm break-all text-ink-2">
          <Foreign text={test.said} />
        </span>
      )}
      {keyAnswer !== null && <span className="mt-2 block">{t(`key.${keyAnswer}`)}</span>}
      {test.keySaid !== null && (
        <span className="block text-sm break-all text-ink-2">
          <Foreign text={test.keySaid} />
        </span>
      )}
    </>
  )
}

function Condition({ condition }: { condition: ShownEndpoint['condition'] }) {
  const t = useTranslations('settings.endpoint')
  const at = (time: Date) => ({ time: () => <Time at={time} /> })
  if (condition?.lockedOutAt) return t.rich('lockedOut', at(condition.lockedOutAt))
  if (condition?.silentSince) return t.rich('silent', at(condition.silentSince))
  if (condition?.lastOkAt) return t.rich('answered', at(condition.lastOkAt))
  return t('never')
}
