import { currenciesPaid } from '#lib/services/endpoint/endpoint-book.ts'
import type { Metadata } from 'next'
import { useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import Link from 'next/link'
import { Card, Empty, Page, PageTitle, Section } from '#app/_ui/card.tsx'
import { Fact, Facts } from '#app/_ui/facts.tsx'
import { Fold } from '#app/_ui/fold.tsx'
import { Foreign } from '#app/_ui/foreign.tsx'
import { Logo } from '#app/_ui/logo.tsx'
import { TextLink } from '#app/_ui/text-link.tsx'
import { Time } from '#app/_ui/time.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { brandTexts } from '#lib/payouts/brand.ts'
import { codeMaxCharacters } from '#lib/payouts/error-codes.ts'
import { may } from '#lib/payouts/permissions.ts'
import { showSettings } from '#lib/services/policy/show-settings.ts'
import type { ShownCode, ShownSettings } from '#lib/services/policy/show-settings.ts'
import { DecideSettings, WithdrawForm } from './decide-forms.tsx'
import { Differences } from './differences.tsx'
import { settingLines } from '#lib/services/policy/setting-lines.ts'
import { SettingsForm } from './settings-form.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('settings')
  return { title: t('title') }
}

/** Admins propose changes and confirm each other's; auditors read. */
export default async function SettingsPage() {
  const actor = await requireActor('settings.see')
  const t = await getTranslations('settings')
  const deps = await getDeps()
  const { settings, codes, brand, proposal, changes, mayPropose } = shown(await showSettings(deps, actor))
  const { merchantName } = deps.config
  const currencies = await currenciesPaid(deps)
  return (
    <Page desk>
      <SendingNotices actor={actor} />
      <PageTitle lead={t('lead')}>{t('title')}</PageTitle>
      {proposal && (
        <Section id="proposal" title={t('proposal.title')}>
          <Proposal proposal={proposal} />
        </Section>
      )}
      <Section id="now" title={t('now')}>
        <Card>
          <Facts>
            {settingLines(t, settings).map(({ name, value }) => (
              <Fact key={name} name={name}>
                {value}
              </Fact>
            ))}
          </Facts>
          <p className="mt-5 text-[0.9375rem] leading-6 text-ink-2">
            {t.rich('elsewhere', {
              sender: merchantName ?? t('noSender'),
              code: (text) => <code className="text-sm">{text}</code>,
              link: (text) => (
                <Link href="/desk/policy" prefetch={false} className="text-link">
                  {text}
                </Link>
              ),
            })}
          </p>
        </Card>
      </Section>
      {may(actor, 'settings.propose') && (
        <p className="mt-6">
          <TextLink href="/desk/settings/first-run">{t('firstRun')}</TextLink>
        </p>
      )}
      {may(actor, 'webhook.see') && (
        <p className="mt-3">
          <TextLink href="/desk/webhooks">{t('webhooks')}</TextLink>
        </p>
      )}
      <Section id="brand" title={t('brand.title')}>
        <Card>
          <Facts>
            {brandTexts.map((name) => (
              <Fact key={name} name={t(`brand.${name}`)}>
                <bdi>{brand[name] ?? t('change.nothing')}</bdi>
              </Fact>
            ))}
            <Fact name={t('brand.logo')}>
              {brand.logo ? <Logo logo={brand.logo} name={t('brand.logoNow')} /> : t('change.nothing')}
            </Fact>
          </Facts>
          <p className="mt-5">
            <TextLink href="/desk/settings/brand">{t(mayPropose ? 'brand.change' : 'brand.open')}</TextLink>
          </p>
        </Card>
      </Section>
      <Section id="codes" title={t('codes.title')}>
        <Codes codes={codes} mayPropose={mayPropose} />
      </Section>
      {mayPropose && (
        <Section id="propose" title={t('propose.title')}>
          <Card>
            <BrowserWords areas={['settings']}>
              <SettingsForm settings={settings} currencies={currencies} />
            </BrowserWords>
          </Card>
        </Section>
      )}
      {!mayPropose && (
        <p className="mt-6 text-[0.9375rem] text-ink-2">
          {may(actor, 'settings.propose') ? t('propose.waits') : t('propose.readOnly')}
        </p>
      )}
      <Section id="history" title={t('history.title')}>
        <History changes={changes} />
      </Section>
    </Page>
  )
}

function Proposal({ proposal }: { proposal: NonNullable<ShownSettings['proposal']> }) {
  const t = useTranslations('settings.proposal')
  const { version, mayDecide, mayWithdraw } = proposal
  return (
    <Card>
      <p className="text-[0.9375rem] leading-6">
        {t.rich('by', {
          name: () => <bdi className="font-medium">{proposal.proposedByName}</bdi>,
          time: () => <Time at={proposal.proposedAt} />,
          reason: () => <bdi className="whitespace-pre-line">{proposal.reason}</bdi>,
        })}
      </p>
      <div className="mt-5 border-t border-line pt-5">
        <Differences change={proposal} />
      </div>
      <div className="mt-5 border-t border-line pt-5">
        <BrowserWords areas={['settings']}>
          {mayDecide && <DecideSettings version={version} />}
          {mayWithdraw && <WithdrawForm version={version} />}
        </BrowserWords>
        {!mayDecide && (
          <p className="mt-3 text-[0.9375rem] leading-6 text-ink-2">{mayWithdraw ? t('own') : t('other')}</p>
        )}
      </div>
    </Card>
  )
}

function Codes({ codes, mayPropose }: { codes: readonly ShownCode[]; mayPropose: boolean }) {
  const t = useTranslations('settings.codes')
  return (
    <Card>
      <p className="mb-4 text-[0.9375rem] leading-6 text-ink-2">{t('lead')}</p>
      <ul className="divide-y divide-line">
        {codes.map(({ code, words, own }) => (
          <li key={code} className="py-2">
            <Link
              href={`/desk/settings/code?code=${encodeURIComponent(code)}`}
              prefetch={false}
              className="text-link inline-flex min-h-8 max-w-full items-center break-all"
            >
              <span>{t.rich('edit', { code: () => <Foreign text={code} /> })}</span>
            </Link>
            <p className="text-sm text-ink-2">{own ? t('own') : words ? t('shipped') : t('none')}</p>
          </li>
        ))}
      </ul>
      {mayPropose && (
        <form
          action="/desk/settings/code"
          className="mt-5 flex flex-wrap items-end gap-3 border-t border-line pt-5"
        >
          <div className="min-w-0 grow">
            <label htmlFor="another-code" className="mb-1.5 block text-[0.9375rem] font-medium">
              {t('another')}
            </label>
            <input
              id="another-code"
              name="code"
              required
              dir="auto"
              maxLength={codeMaxCharacters}
              className="block min-h-11 w-full rounded-lg border border-line-strong bg-surface px-3.5 py-2 text-base"
            />
          </div>
          <button className="min-h-11 rounded-lg border border-line-strong px-4 font-medium hover:border-ink-2">
            {t('open')}
          </button>
        </form>
      )}
    </Card>
  )
}

function History({ changes }: Pick<ShownSettings, 'changes'>) {
  const t = useTranslations('settings')
  if (changes.length === 0) return <Empty title={t('history.none')} />
  return (
    <ul className="space-y-3">
      {changes.map((change) => (
        <li
          key={change.version}
          className="rounded-2xl border border-line bg-surface p-4 text-[0.9375rem] leading-6 sm:p-5"
        >
          <p>
            {t.rich('proposal.by', {
              name: () => <bdi>{change.proposedByName}</bdi>,
              time: () => <Time at={change.proposedAt} />,
              reason: () => <bdi className="whitespace-pre-line">{change.reason}</bdi>,
            })}
          </p>
          {change.decision !== null && change.decidedAt !== null && (
            <p className="text-ink-2">
              {t.rich(`history.${change.decision}`, {
                name: () => <bdi>{change.decidedByName}</bdi>,
                time: () => <Time at={change.decidedAt ?? change.proposedAt} />,
              })}
            </p>
          )}
          <Fold title={t('change.title')} quiet>
            <div className="mt-3">
              <Differences change={change} />
            </div>
          </Fold>
        </li>
      ))}
    </ul>
  )
}
