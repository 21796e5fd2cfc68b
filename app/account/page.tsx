import type { Metadata } from 'next'
import { useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import { DoneAlert } from '#app/_ui/alert.tsx'
import { ButtonLink } from '#app/_ui/button.tsx'
import { Card, Page, PageTitle, Section } from '#app/_ui/card.tsx'
import { Fact, Facts } from '#app/_ui/facts.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { showMailRhythm } from '#lib/services/message/choose-mail-rhythm.ts'
import { showPhrase } from '#lib/services/people/choose-phrase.ts'
import { showAccount } from '#lib/services/sign-in/show-account.ts'
import type { Account } from '#lib/services/sign-in/show-account.ts'
import { zoneHere } from '#app/_server/locale.ts'
import { sessionHere } from '#app/_server/session-here.ts'
import { KeyboardForm } from './keyboard-form.tsx'
import { MailsForm } from './mails-form.tsx'
import { PhraseForm } from './phrase-form.tsx'
import { Sessions } from './sessions.tsx'
import { ZoneForm } from './zone-form.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('account')
  return { title: t('title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function AccountPage({ searchParams }: Props) {
  const actor = await requireActor()
  const deps = await getDeps()
  const { account } = shown(await showAccount(deps, actor, { token: await sessionHere() }))
  // Refused to everybody who approves nothing.
  const mails = await showMailRhythm(deps, actor)
  // And this to everybody but receivers.
  const phrase = await showPhrase(deps, actor)
  const [t, site, keyboard] = await Promise.all([
    getTranslations('account'),
    getTranslations('site'),
    getTranslations('keyboard'),
  ])
  const { done: what } = await searchParams
  return (
    <Page>
      <PageTitle>{t('title')}</PageTitle>
      {(what === 'password' || what === 'sessions') && <DoneAlert title={t(`done.${what}`)} />}
      {what === 'mails' && <DoneAlert title={t('mails.done')} />}
      {what === 'phrase' && <DoneAlert title={t('phrase.done')} />}
      {what === 'zone' && <DoneAlert title={t('zone.done')} />}
      <Section id="you" title={t('you.title')}>
        <Card>
          <Facts>
            <Fact name={t('you.name')}>
              <bdi>{account.name}</bdi>
            </Fact>
            <Fact name={t('you.email')}>
              <bdi>{account.email}</bdi>
            </Fact>
            <Fact name={t('you.role')}>{site(`role.${account.role}`)}</Fact>
          </Facts>
        </Card>
      </Section>
      <Section id="ways-in" title={t('signingIn.title')}>
        <Card className="space-y-6">
          <PasswordPart account={account} />
          {account.role !== 'receiver' && <FactorPart account={account} />}
        </Card>
      </Section>
      {account.role !== 'receiver' && (
        <Section id="keyboard" title={keyboard('section')}>
          <Card>
            <KeyboardForm />
          </Card>
        </Section>
      )}
      {mails.ok && (
        <Section id="mails" title={t('mails.title')}>
          <Card>
            <MailsForm rhythm={mails.rhythm} zoneHere={await zoneHere()} />
          </Card>
        </Section>
      )}
      {phrase.ok && (
        <Section id="own-phrase" title={t('phrase.title')}>
          <Card>
            <BrowserWords areas={['account']}>
              <PhraseForm phrase={phrase.phrase} />
            </BrowserWords>
          </Card>
        </Section>
      )}
      <Section id="zone" title={t('zone.title')}>
        <Card>
          <ZoneForm chosen={await zoneHere()} />
        </Card>
      </Section>
      <Section id="sessions" title={t('sessions.title')}>
        <BrowserWords areas={['account']}>
          <Sessions sessions={account.sessions} />
        </BrowserWords>
      </Section>
    </Page>
  )
}

function PasswordPart({ account }: { account: Account }) {
  const t = useTranslations('account.signingIn')
  return (
    <div>
      <p className="mb-3 text-[0.9375rem]">{account.hasPassword ? t('byPassword') : t('byLink')}</p>
      <ButtonLink href="/account/password" look="secondary">
        {account.hasPassword ? t('changePassword') : t('choosePassword')}
      </ButtonLink>
    </div>
  )
}

function FactorPart({ account }: { account: Account }) {
  const t = useTranslations('account.signingIn')
  const { recoveryCodesLeft: left } = account
  return (
    <div>
      <p className="text-[0.9375rem]">{t('factor', { n: left })}</p>
      {left < 3 && <p className="mt-1 text-[0.9375rem] text-warn">{t('fewCodes')}</p>}
      <div className="mt-3 flex flex-wrap gap-3">
        <ButtonLink href="/account/factor" look="secondary">
          {t('replace')}
        </ButtonLink>
        <ButtonLink href="/account/recovery-codes" look="secondary">
          {t('newCodes')}
        </ButtonLink>
      </div>
    </div>
  )
}
