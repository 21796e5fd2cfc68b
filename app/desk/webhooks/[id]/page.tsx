import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { DoneAlert } from '#app/_ui/alert.tsx'
import { Tag } from '#app/_ui/badge.tsx'
import { ButtonLink } from '#app/_ui/button.tsx'
import { Card, Empty, Page, PageTitle, Section } from '#app/_ui/card.tsx'
import { Fact, Facts } from '#app/_ui/facts.tsx'
import { BackLink } from '#app/_ui/page/back-link.tsx'
import { Pager } from '#app/_ui/page/pager.tsx'
import { Time } from '#app/_ui/time.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { may } from '#lib/payouts/permissions.ts'
import type { WebhookTarget } from '#lib/services/ports.ts'
import { showTarget } from '#lib/services/webhook/show-targets.ts'
import { looks, stateOf } from '../target-state.ts'
import { ActForm } from './act-form.tsx'
import { DeliveryList } from './delivery-list.tsx'
import { SecretForm } from './secret-form.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('webhooks')
  return { title: t('title') }
}

type Props = {
  params: Promise<{ id: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

const acts = ['test', 'switch_on', 'switch_off', 'drop_previous', 'resend'] as const

/** One target: what it gets, its secret, and what was sent. */
export default async function WebhookPage({ params, searchParams }: Props) {
  const actor = await requireActor('webhook.see')
  const { id } = await params
  const { cursor, done } = await searchParams
  const asked = { id, ...(typeof cursor === 'string' && { cursor }) }
  const { target, rows, next } = shown(await showTarget(await getDeps(), actor, asked))
  const t = await getTranslations('webhooks')
  const isAdmin = may(actor, 'webhook.manage')
  const state = stateOf(target)
  const just = acts.find((one) => one === done)
  return (
    <Page wide>
      <SendingNotices actor={actor} />
      <BackLink href="/desk/webhooks">{t('title')}</BackLink>
      <PageTitle lead={<bdi className="break-all">{target.addressShown}</bdi>}>
        <bdi>{target.name}</bdi>
      </PageTitle>
      {just && <DoneAlert title={t(`target.done.${just}`)} />}
      <Card className="mb-8 space-y-5">
        <p className="flex flex-wrap gap-3">
          <Tag {...looks[state]} text={t(`state.${state}`)} />
          <span className="text-[0.9375rem] text-ink-2">{t('waiting', { n: target.waiting })}</span>
        </p>
        <TargetFacts target={target} />
        {isAdmin && (
          <BrowserWords areas={['webhooks']}>
            <div className="flex flex-wrap gap-3">
              {state !== 'no_secret' && target.disabledAt === null && (
                <ActForm id={id} act="test">
                  {t('target.test')}
                </ActForm>
              )}
              <ButtonLink href={`/desk/webhooks/new?id=${id}`} look="secondary">
                {t('target.change')}
              </ButtonLink>
              <ActForm id={id} act={target.disabledAt === null ? 'switch_off' : 'switch_on'}>
                {t(target.disabledAt === null ? 'target.switch_off' : 'target.switch_on')}
              </ActForm>
              {target.previousUntil !== null && (
                <ActForm id={id} act="drop_previous">
                  {t('target.drop_previous')}
                </ActForm>
              )}
              <ActForm id={id} act="remove" isDanger>
                {t('target.remove')}
              </ActForm>
            </div>
          </BrowserWords>
        )}
      </Card>
      {isAdmin && target.kind === 'signed' && (
        <Section id="secret" title={t('secret.title')}>
          <Card className="mb-8">
            <BrowserWords areas={['webhooks']}>
              <SecretForm id={id} isFirst={!target.hasSecret} />
            </BrowserWords>
          </Card>
        </Section>
      )}
      <Section id="log" title={t('target.log')}>
        {rows.length === 0 ? (
          <Empty title={t('target.noLog')} />
        ) : (
          <BrowserWords areas={['webhooks']}>
            <DeliveryList id={id} rows={rows} mayResend={isAdmin} />
          </BrowserWords>
        )}
        <Pager next={next} isFirst={cursor === undefined} path={`/desk/webhooks/${id}`} />
      </Section>
    </Page>
  )
}

async function TargetFacts({ target }: { target: WebhookTarget }) {
  const t = await getTranslations('webhooks')
  const { events, secretSince, previousUntil, failingSince } = target
  return (
    <Facts>
      <Fact name={t('form.kind')}>{t(`kind.${target.kind}`)}</Fact>
      {target.ownerName !== null && (
        <Fact name={t('form.owner')}>
          <bdi>{target.ownerName}</bdi>
        </Fact>
      )}
      <Fact name={t('target.events')} mono>
        <span lang="en">{events.join(', ')}</span>
      </Fact>
      {secretSince && (
        <Fact name={t('target.secretSince')}>
          <Time at={secretSince} />
        </Fact>
      )}
      {previousUntil && (
        <Fact name={t('target.previous')}>
          <Time at={previousUntil} />
        </Fact>
      )}
      {failingSince && (
        <Fact name={t('target.failing')}>
          <Time at={failingSince} />
        </Fact>
      )}
    </Facts>
  )
}
