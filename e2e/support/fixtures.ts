// What every journey starts from: people who are signed in, the simulator at hand, and a browser that must not complain.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test as base, expect } from '@playwright/test'
import type {
  APIRequestContext,
  BrowserContext,
  BrowserContextOptions,
  Page,
  TestInfo,
} from '@playwright/test'
import pg from 'pg'
import { codeFor, secretOf } from './codes.ts'
import { connectPayouts } from './payouts.ts'
import type { Payouts } from './payouts.ts'
import { connectSimulator } from './simulator.ts'
import type { Simulator } from './simulator.ts'
import { findStack, logFolder, password, people } from './stack.ts'
import type { Person, RunningStack } from './stack.ts'

export { codeFor, expect }
export type { Person }

// Playwright maps every frame of every call's stack back to compiled sources. Node runs ours as they are, so its own stacks are right.
Reflect.deleteProperty(Error, 'prepareStackTrace')

/** Complaints of the browser: console errors (violations of the content security policy are some) and uncaught exceptions. */
type Complaints = {
  /** This is meant to happen in this test: a page that is answered with 403, say. */
  allow: (pattern: RegExp) => void
  watch: (context: BrowserContext) => void
}

export type Database = { rows: <T>(text: string, values?: unknown[]) => Promise<T[]> }

type Fixtures = {
  complaints: Complaints
  /** Somebody else with a browser of their own. */
  newPerson: (options?: BrowserContextOptions) => Promise<Page>
  /** Brings a session into the page's browser; the first time by the form. */
  signIn: (page: Page, person: Person) => Promise<void>
  simulator: Simulator
  /** A bearer client of /api/v1. */
  api: APIRequestContext
  payouts: Payouts
  database: Database
}

type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>

export const test = base.extend<Fixtures, { stack: RunningStack; sessions: Map<Person, Cookies> }>({
  stack: [({}, use) => use(findStack()), { scope: 'worker' }],
  sessions: [({}, use) => use(new Map()), { scope: 'worker' }],
  baseURL: ({ stack }, use) => use(stack.appUrl),

  complaints: [
    async ({}, use, info) => {
      const heard: string[] = []
      const allowed: RegExp[] = []
      const watch = (context: BrowserContext) => {
        context.on('console', (message) => {
          if (message.type() === 'error')
            heard.push(`${message.text()} (${message.page()?.url() ?? ''} ${message.location().url})`)
        })
        context.on('weberror', (error) => heard.push(`uncaught: ${error.error().stack ?? ''}`))
      }
      await use({ allow: (pattern) => allowed.push(pattern), watch })
      const unexpected = heard.filter((text) => !allowed.some((pattern) => pattern.test(text)))
      // A test that failed already has a better reason.
      if (hasFailed(info)) console.log(warningsOfWorkers())
      else expect(unexpected, 'complaints of the browser').toEqual([])
    },
    { auto: true },
  ],

  context: async ({ context, complaints }, use, info) => {
    complaints.watch(context)
    await use(context)
    if (hasFailed(info)) await sayWhatWasShown([context])
  },

  newPerson: async ({ browser, complaints, contextOptions, stack }, use, info) => {
    const contexts: BrowserContext[] = []
    await use(async (options = {}) => {
      const context = await browser.newContext({ ...contextOptions, baseURL: stack.appUrl, ...options })
      contexts.push(context)
      complaints.watch(context)
      return context.newPage()
    })
    if (hasFailed(info)) await sayWhatWasShown(contexts)
    for (const context of contexts) await context.close()
  },

  signIn: async ({ sessions }, use) => {
    await use(async (page, person) => {
      const kept = sessions.get(person)
      if (kept) return page.context().addCookies(kept)
      await signInByForm(page, people[person].email)
      sessions.set(person, await page.context().cookies())
    })
  },

  simulator: async ({ stack }, use) => {
    const simulator = connectSimulator(stack.simulatorUrl)
    await use(simulator)
    await simulator.clearFaults()
    await simulator.scenario('approve', 'default')
  },

  api: async ({ playwright, stack }, use) => {
    const api = await playwright.request.newContext({
      baseURL: stack.appUrl,
      extraHTTPHeaders: { Authorization: `Bearer ${stack.apiKey}` },
    })
    await use(api)
    await api.dispose()
  },

  payouts: ({ api }, use) => use(connectPayouts(api)),

  database: async ({ stack }, use) => {
    const client = new pg.Client({ connectionString: stack.databaseUrl })
    await client.connect()
    await use({
      rows: async <T>(text: string, values: unknown[] = []) => (await client.query(text, values)).rows as T[],
    })
    await client.end()
  },
})

const hasFailed = ({ status, expectedStatus }: TestInfo) => status !== expectedStatus

/** All that is left of a failed test on another machine: each page's address and main part, as a screen reader has it. */
async function sayWhatWasShown(contexts: readonly BrowserContext[]): Promise<void> {
  for (const page of contexts.flatMap((context) => context.pages())) {
    const shown = await page
      .getByRole('main')
      .ariaSnapshot({ timeout: 5_000 })
      // A page without a main part, or two: the test has failed already.
      .catch(String)
    console.log(`${page.url()}\n${shown.slice(0, 6_000)}\n`)
  }
}

/** The last lines above "info" that each worker of this stack wrote. */
function warningsOfWorkers(): string {
  const isWarning = (line: string) => /"level":"?(40|50|60|warn|error|fatal)/.test(line)
  return readdirSync(logFolder())
    .filter((name) => name.startsWith('worker'))
    .flatMap((name) => {
      const lines = readFileSync(join(logFolder(), name), 'utf8').split('\n').filter(isWarning)
      return [`${name}: ${lines.length} warnings`, ...lines.slice(-15)]
    })
    .join('\n')
}

/** Signs in with e-mail and password and, if the person has an authenticator, its code. */
export async function signInByForm(
  page: Page,
  email: string,
  given = password,
  totpSecret = secretOf(email),
): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('Email', { exact: true }).fill(email)
  await page.getByLabel('Password').fill(given)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  if (totpSecret !== undefined) await sendCode(page, await codeFor({ email, totpSecret }))
  // On a phone it is inside the menu.
  await expect(page.getByRole('button', { name: 'Sign out', includeHidden: true })).not.toHaveCount(0)
}

/** On the page behind the password. */
export async function sendCode(page: Page, code: string): Promise<void> {
  await page.getByLabel('One-time code').fill(code)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}
