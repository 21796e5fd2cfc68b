import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Alert, DoneAlert } from '#app/_ui/alert.tsx'
import { ButtonLink } from '#app/_ui/button.tsx'
import { Card, Page, PageTitle, Section } from '#app/_ui/card.tsx'
import { Fact, Facts } from '#app/_ui/facts.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { showAccount } from '#lib/services/sign-in/show-account.ts'
import type { Account } from '#lib/services/sign-in/show-account.ts'
import { zoneHere } from '#app/_server/locale.ts'
import { sessionHere } from '#app/_server/session-here.ts'
import { KeyboardForm } from './keyboard-form.tsx'
import { Sessions } from './sessions.tsx'
import { ZoneForm } from './zone-form.tsx'

export const metadata: Metadata = { title: 'Your account' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

const done = {
  password: 'Your password was changed. Every other session has ended.',
  sessions: 'The other sessions have ended.',
} as const

export default async function AccountPage({ searchParams }: Props) {
  const actor = await requireActor()
  const { account } = shown(await showAccount(await getDeps(), actor, { token: await sessionHere() }))
  const [keyboard, t] = await Promise.all([getTranslations('keyboard'), getTranslations('account.zone')])
  const { done: what } = await searchParams
  return (
    <Page>
      <PageTitle>Your account</PageTitle>
      {(what === 'password' || what === 'sessions') && (
        <div className="mb-6">
          <Alert tone="good" role="status" title={done[what]} />
        </div>
      )}
      {what === 'zone' && <DoneAlert title={t('done')} />}
      <Section id="you" title="You">
        <Card>
          <Facts>
            <Fact name="Name">
              <bdi>{account.name}</bdi>
            </Fact>
            <Fact name="E-mail">
              <bdi>{account.email}</bdi>
            </Fact>
            <Fact name="Role">{account.role}</Fact>
          </Facts>
        </Card>
      </Section>
      <Section id="ways-in" title="Signing in">
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
      <Section id="zone" title={t('title')}>
        <Card>
          <ZoneForm chosen={await zoneHere()} />
        </Card>
      </Section>
      <Section id="sessions" title="Where you are signed in">
        <Sessions sessions={account.sessions} />
      </Section>
    </Page>
  )
}

function PasswordPart({ account }: { account: Account }) {
  return (
    <div>
      <p className="mb-3 text-[0.9375rem]">
        {account.hasPassword
          ? 'You sign in with a password.'
          : 'You have no password; you sign in by mail link.'}
      </p>
      <ButtonLink href="/account/password" look="secondary">
        {account.hasPassword ? 'Change your password' : 'Choose a password'}
      </ButtonLink>
    </div>
  )
}

function FactorPart({ account }: { account: Account }) {
  const { recoveryCodesLeft: left } = account
  return (
    <div>
      <p className="text-[0.9375rem]">
        Your second factor is an authenticator app. Recovery codes left: {left}.
      </p>
      {left < 3 && (
        <p className="mt-1 text-[0.9375rem] text-warn">
          Make new ones, so that a lost phone does not lock you out.
        </p>
      )}
      <div className="mt-3 flex flex-wrap gap-3">
        <ButtonLink href="/account/factor" look="secondary">
          Replace it
        </ButtonLink>
        <ButtonLink href="/account/recovery-codes" look="secondary">
          New recovery codes
        </ButtonLink>
      </div>
    </div>
  )
}
