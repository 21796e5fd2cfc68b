import type { Metadata } from 'next'
import { useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import { Card, Page, PageTitle } from '#app/_ui/card.tsx'
import { Fold } from '#app/_ui/fold.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { commandOf, readOperations, readProblems } from './operations.ts'
import type { Operation, Parameter } from './operations.ts'
import { KeyField, TryIt, WithKey } from './try-it.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('developers')
  return { title: t('title') }
}

/** Every call of /api/v1, to read and to try. Anybody may read it, like the description itself. */
export default async function DevelopersPage() {
  const t = await getTranslations('developers')
  const operations = readOperations()
  const tags = [...new Set(operations.map(({ tag }) => tag))]
  return (
    <Page wide>
      <PageTitle lead={t('lead')}>{t('title')}</PageTitle>
      <p className="mb-6">
        {/* A file of the API, not a page. */}
        <a href="/api/v1/openapi.json" className="text-link inline-flex min-h-8 items-center">
          {t('document')}
        </a>
      </p>
      <BrowserWords areas={['developers']}>
        <WithKey>
          <KeyField />
          {tags.map((tag) => (
            <section key={tag} aria-labelledby={idOf(tag)} className="mt-10">
              <h2 id={idOf(tag)} lang="en" className="mb-4 text-lg font-semibold tracking-tight">
                {tag}
              </h2>
              <div className="space-y-3">
                {operations
                  .filter((one) => one.tag === tag)
                  .map((one) => (
                    <Call key={one.id} operation={one} />
                  ))}
              </div>
            </section>
          ))}
        </WithKey>
      </BrowserWords>
      <section aria-labelledby="problems" className="mt-10">
        <h2 id="problems" className="mb-2 text-lg font-semibold tracking-tight">
          {t('problems')}
        </h2>
        <p className="mb-4 text-[0.9375rem] text-ink-2">
          <Marked text={t('problemsLead')} />
        </p>
        <Card className="min-w-0">
          <dl className="space-y-3">
            {readProblems().map(({ code, anchor, http, text }) => (
              <div key={code} id={anchor} className="scroll-mt-6 rounded-md target:bg-sunken">
                <dt>
                  <code className="font-mono text-sm break-words">
                    {http} {code}
                  </code>
                </dt>
                <dd lang="en" className="text-sm text-ink-2">
                  {text}
                </dd>
              </div>
            ))}
          </dl>
        </Card>
      </section>
    </Page>
  )
}

const idOf = (tag: string) => `calls-${tag.replaceAll(' ', '-')}`

function Call({ operation }: { operation: Operation }) {
  const t = useTranslations('developers')
  const { method, path, summary, description, scopes, parameters, body, answers, problems } = operation
  return (
    <Card className="min-w-0">
      <h3 lang="en" className="text-base font-semibold">
        {summary}
      </h3>
      <p className="mt-1 break-all">
        <code className="font-mono text-sm">
          {method} {path}
        </code>
      </p>
      {description !== '' && (
        <p lang="en" className="mt-2 text-[0.9375rem] text-ink-2">
          <Marked text={description} />
        </p>
      )}
      {scopes.length > 0 && (
        <p className="mt-2 text-sm text-ink-2">
          <span>{scopes.length > 1 ? t('scopesOneOf') : t('scopes')}</span>{' '}
          <code className="font-mono break-words">{scopes.join(', ')}</code>
        </p>
      )}
      <Fold title={t('parameters')} className={parameters.length === 0 ? 'hidden' : 'mt-2'}>
        <dl className="mt-1 space-y-2 text-sm">
          {parameters.map((one) => (
            <OneParameter key={`${one.in} ${one.name}`} parameter={one} />
          ))}
        </dl>
      </Fold>
      {body !== null && (
        <Fold title={t('body')}>
          <Code label={t('body')} text={body} />
        </Fold>
      )}
      <Fold title={t('answers')}>
        <div className="space-y-3 text-sm">
          {answers.map(({ status, description: said, example }) => (
            <div key={status}>
              <p>
                <code className="font-mono">{status}</code>{' '}
                <span lang="en">
                  <Marked text={said} />
                </span>
              </p>
              {example !== null && <Code label={status} text={example} />}
            </div>
          ))}
          <p>{t('problems')}:</p>
          <ul className="space-y-1">
            {problems.map(({ status, codes }) => (
              <li key={status}>
                <code className="font-mono break-words">
                  {status} {codes.join(', ')}
                </code>
              </li>
            ))}
          </ul>
        </div>
      </Fold>
      <Fold title={t('command')}>
        <Code label={t('command')} text={commandOf(operation)} />
      </Fold>
      <TryIt
        operation={{ id: operation.id, method, path, parameters, body, needsKey: scopes.length > 0, summary }}
      />
    </Card>
  )
}

function OneParameter({ parameter }: { parameter: Parameter }) {
  const t = useTranslations('developers')
  const where = { path: t('inAddress'), query: t('inQuery'), header: t('inHeader') }[parameter.in]
  return (
    <div>
      <dt>
        <code className="font-mono break-words">{parameter.name}</code>{' '}
        <span className="text-ink-3">{parameter.required ? t('requiredThere', { where }) : where}</span>
      </dt>
      <dd lang="en" className="text-ink-2">
        <Marked text={parameter.description} />
      </dd>
    </div>
  )
}

/** Text with `code` in it. */
function Marked({ text }: { text: string }) {
  return text.split('`').map((part, n) =>
    n % 2 === 0 ? (
      part
    ) : (
      <code key={n} className="font-mono text-[0.9em] break-words">
        {part}
      </code>
    ),
  )
}

/** Scrolls by itself, also by keyboard. */
function Code({ label, text }: { label: string; text: string }) {
  return (
    <pre
      tabIndex={0}
      role="region"
      aria-label={label}
      className="mt-1 max-h-96 overflow-auto rounded-lg bg-sunken p-3 font-mono text-[0.8125rem] leading-5"
    >
      <code>{text}</code>
    </pre>
  )
}
