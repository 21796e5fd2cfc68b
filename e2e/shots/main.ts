// npm run shots [-- --only <part of a name or path> --widths 360,1440 --locales en --themes dark --as forced]: a picture of every page and
// state, of every role, in every width, theme and language, into .data/shots. Says which pages are wider than the screen or complain in the
// console. --as: screen (the default), forced (forced colours), print, zoom (400 % of 1440 px: the first screen of 360 x 225). --views
// 360-en-dark,1440-ru-light-forced takes exactly these instead of all their products.
import { mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { chromium } from '@playwright/test'
import type { Browser, BrowserContextOptions, Page } from '@playwright/test'
import pg from 'pg'
import { environmentOf } from '#lib/cli/demo-settings.ts'
import { appUrlOf, chooseEnvironment, simulatorUrlOf } from '#lib/cli/own-stack.ts'
import { createDatabaseFrom, startTestServer } from '#lib/db/testing/server.ts'
import { hasBuild } from '#lib/processes/build.ts'
import { Stack } from '#lib/processes/stack.ts'
import type { Variables } from '#lib/processes/start-process.ts'
import { demoPassword, demoPeople } from '#lib/services/people/demo-codes.ts'
import { ensureBrowser } from '../../scripts/find-browser.ts'
import { codeAt } from '../support/codes.ts'
import { findPaths } from './paths.ts'
import type { Shown, Who } from './paths.ts'
import { prepare } from './prepare.ts'

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    widths: { type: 'string', default: '360,768,1440,1920' },
    locales: { type: 'string', default: 'en,ru' },
    themes: { type: 'string', default: 'light,dark' },
    as: { type: 'string', default: 'screen' },
    views: { type: 'string' },
  },
})
const folder = join(process.cwd(), '.data', 'shots')
const work = join(process.cwd(), '.data', 'shots-stack')
const heights: Record<string, number> = { 360: 740, 768: 1024 }

type View = { width: string; locale: string; theme: string; as: string }
const product = flags.widths
  .split(',')
  .flatMap((width) => flags.locales.split(',').map((locale) => `${width}-${locale}`))
  .flatMap((view) => flags.themes.split(',').map((theme) => `${view}-${theme}`))
  .flatMap((view) => flags.as.split(',').map((as) => `${view}-${as}`))
const views: readonly View[] = (flags.views?.split(',') ?? product).map((view) => {
  const [width = '1440', locale = 'en', theme = 'light', as = 'screen'] = view.split('-')
  return { width, locale, theme, as }
})

const stack = new Stack({ logFolder: join(work, 'logs'), readyWithinMs: 60_000 })

async function main(): Promise<number> {
  if (!hasBuild())
    throw new Error('The pictures are of the production build, and there is none: run "npm run build" first.')
  if (flags.only === '') rmSync(folder, { recursive: true, force: true })
  try {
    const { environment, databaseUrl } = await start()
    const database = new pg.Client({ connectionString: databaseUrl })
    await database.connect()
    const browser = await chromium.launch({
      executablePath: ensureBrowser(),
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    })
    stack.atStop(async () => {
      await browser.close()
      await database.end()
    })
    const baseURL = appUrlOf(environment)
    const sessions = await signInAll(browser, baseURL)
    await prepare(sessions, browser, baseURL, database)
    const paths = (await findPaths(sessions, browser, baseURL, database)).filter(
      ({ path, name }) => path.includes(flags.only) || name.includes(flags.only),
    )
    return await takeAll(browser, baseURL, sessions, paths)
  } finally {
    await stack.stop()
  }
}

/** The demo's people and payouts on a database of their own. */
async function start(): Promise<{ environment: Variables; databaseUrl: string }> {
  mkdirSync(work, { recursive: true })
  const server = await startTestServer()
  stack.atStop(server.stop)
  const database = await createDatabaseFrom(server.adminUrl, server.template)
  stack.atStop(database.drop)
  const environment = await chooseEnvironment({
    firstPort: 23_600,
    secretsFile: join(work, 'secrets.json'),
    more: {
      DATABASE_URL: database.url,
      MARKER_FILE: join(work, 'marker.json'),
      SIMULATOR_LEDGER_FILE: join(work, 'simulator', 'ledger.json'),
    },
  })
  rmSync(join(work, 'simulator'), { recursive: true, force: true })
  rmSync(join(work, 'marker.json'), { force: true })
  const simulator = stack.start('simulator', environmentOf('simulator', environment))
  await stack.untilAnswers(simulator, `${simulatorUrlOf(environment)}/`)
  await stack.finish(stack.startNode('seed', ['lib/cli/seed.ts'], environmentOf('command', environment)))
  stack.start('worker', environmentOf('worker', environment))
  const web = stack.start('web', environmentOf('web', environment))
  await stack.untilAnswers(web, `${appUrlOf(environment)}/api/health/ready`)
  return { environment, databaseUrl: database.url }
}

type State = Exclude<BrowserContextOptions['storageState'], string | undefined>
export type Sessions = ReadonlyMap<Who, State | undefined>

/** One session for each role, and for each receiver; nobody signs in again for another width. */
async function signInAll(browser: Browser, baseURL: string): Promise<Sessions> {
  const sessions = new Map<Who, State | undefined>([['anybody', undefined]])
  for (const { role, email, totpSecret } of demoPeople) {
    const who: Who = role === 'receiver' ? (email.split('@')[0] as Who) : role
    if (sessions.has(who)) continue
    const context = await browser.newContext({ baseURL })
    const page = await context.newPage()
    await page.goto('/sign-in')
    await page.getByLabel('Email', { exact: true }).fill(email)
    await page.getByLabel('Password').fill(demoPassword)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    if (totpSecret !== undefined) {
      await page.getByLabel('One-time code').fill(codeAt(totpSecret))
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    }
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
    sessions.set(who, await context.storageState())
    await context.close()
  }
  return sessions
}

async function takeAll(
  browser: Browser,
  baseURL: string,
  sessions: Sessions,
  paths: readonly Shown[],
): Promise<number> {
  const complaints = new Set<string>()
  let taken = 0
  for (const locale of new Set(views.map((view) => view.locale)))
    for (const who of new Set(paths.map((one) => one.who))) {
      const session = sessions.get(who)
      const context = await browser.newContext({
        baseURL,
        reducedMotion: 'reduce',
        locale: locale === 'ru' ? 'ru-RU' : 'en-GB',
        timezoneId: 'Europe/Berlin',
        ...(session && { storageState: session }),
      })
      const page = await context.newPage()
      for (const { path, name, press = [], until } of paths.filter((one) => one.who === who)) {
        const complain = (what: string) => complaints.add(`${who} ${name} ${path}: ${what}, ${locale}`)
        for (const complaint of await open(page, path)) complain(complaint)
        try {
          for (const selector of press) await page.locator(selector).first().click({ timeout: 10_000 })
          if (until !== undefined) await page.locator(until).first().waitFor({ timeout: 10_000 })
        } catch (error) {
          complain(String(error).split('\n', 1)[0] ?? '')
        }
        for (const view of views.filter((one) => one.locale === locale)) {
          const kind = [view.theme, view.width, ...(view.as === 'screen' ? [] : [view.as])].join('-')
          const tooWide = await take(page, view, join(folder, locale, kind, `${who}-${name}.jpg`))
          if (tooWide > 0) complain(`${tooWide} px too wide at ${view.width} px`)
          taken += 1
        }
      }
      await context.close()
    }
  for (const complaint of complaints) console.log(complaint)
  console.log(`${taken} pictures in ${folder}, ${complaints.size} complaints`)
  return complaints.size === 0 ? 0 : 1
}

/** Loads a page, once for all its pictures; what it complains of. */
async function open(page: Page, path: string): Promise<string[]> {
  const errors: string[] = []
  const listen = (message: { type: () => string; text: () => string }) => {
    if (message.type() === 'error' && !/status of 40[134]/.test(message.text())) errors.push(message.text())
  }
  page.on('console', listen)
  const answer = await page.goto(path, { waitUntil: 'load' })
  page.off('console', listen)
  const status = answer?.status() ?? 0
  return [...errors, ...(status >= 500 ? [`status ${status}`] : [])]
}

/** How many pixels the page is wider than the screen. */
async function take(page: Page, { theme, width, as }: View, file: string): Promise<number> {
  await page.emulateMedia({
    colorScheme: theme === 'dark' ? 'dark' : 'light',
    forcedColors: as === 'forced' ? 'active' : 'none',
    media: as === 'print' ? 'print' : 'screen',
  })
  const height = as === 'zoom' ? (Number(width) * 10) / 16 : (heights[width] ?? 900)
  await page.setViewportSize({ width: Number(width), height })
  // Two frames, until no colour is on its way from one theme to the other.
  const tooWide = await page.evaluate(async () => {
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame)
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished))
    return document.documentElement.scrollWidth - window.innerWidth
  })
  mkdirSync(dirname(file), { recursive: true })
  await page.screenshot({ path: file, type: 'jpeg', quality: 85, fullPage: as !== 'zoom' })
  return tooWide
}

process.exitCode = await main()
