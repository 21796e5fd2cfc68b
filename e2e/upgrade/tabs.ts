// People with a page open: they have filled in a form of one version, and send it to the other.
import { setTimeout as sleep } from 'node:timers/promises'
import { chromium } from '@playwright/test'
import type { Browser, Page } from '@playwright/test'
import { ensureBrowser } from '../../scripts/find-browser.ts'
import { codeAt } from '../support/codes.ts'
import { accountFor } from '../support/simulator.ts'

const patienceMs = 60_000
const stepMs = 30_000

export type Person = { email: string; password: string; totpSecret?: string }

export type Outcome = {
  tab: string
  /** `worked`: at the first press. `told`: a page said that it was updated, kept what was typed, and then it worked. */
  how: 'worked' | 'told' | 'broken'
  detail: string
}

/** A form that somebody has filled in and not sent yet. */
export type Tab = { name: string; send: () => Promise<Outcome>; close: () => Promise<void> }

export type Tabs = {
  /** A withdrawal of this amount, typed. */
  withdrawal: (who: Person, amount: string, javaScript: boolean) => Promise<Tab>
  /** The page of a payout that waits for an approval; its code is typed when it is sent. */
  approval: (who: Person, payoutId: string, javaScript: boolean) => Promise<Tab>
  close: () => Promise<void>
}

/** Between two versions the page after signing in is loaded twice, in parts and as a whole, and the second may end what we began. */
async function visit(page: Page, path: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await page.goto(path)
      return
    } catch (error) {
      if (attempt === 5 || !String(error).includes('ERR_ABORTED')) throw error
    }
  }
}

export async function openTabs(appUrl: string): Promise<Tabs> {
  const browser: Browser = await chromium.launch({
    executablePath: ensureBrowser(),
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })
  const lastStep = new Map<string, number>()

  /** Each code counts once, so the next one waits for its half minute. */
  const codeOf = async ({ email, totpSecret = '' }: Person): Promise<string> => {
    for (;;) {
      const step = Math.floor(Date.now() / stepMs)
      const last = lastStep.get(email) ?? 0
      const isLate = Date.now() % stepMs > stepMs - 4000
      if (last <= step && !isLate) {
        const ahead = last === step ? 1 : 0
        lastStep.set(email, step + ahead)
        return codeAt(totpSecret, ahead)
      }
      await sleep(200)
    }
  }

  const signedIn = async (who: Person, javaScriptEnabled: boolean): Promise<Page> => {
    const context = await browser.newContext({
      baseURL: appUrl,
      locale: 'en-GB',
      timezoneId: 'UTC',
      javaScriptEnabled,
    })
    const page = await context.newPage()
    page.setDefaultTimeout(patienceMs)
    await page.goto('/sign-in')
    await page.getByLabel('Email', { exact: true }).first().fill(who.email)
    await page.getByLabel('Password').fill(who.password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    if (who.totpSecret !== undefined) {
      await page.getByLabel('One-time code').fill(await codeOf(who))
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    }
    await page
      .getByRole('button', { name: 'Sign out', includeHidden: true })
      .first()
      .waitFor({ state: 'attached' })
    return page
  }

  /** Presses; if the page says that it was updated, opens it again as it proposes, looks for what was typed, and presses once more. */
  const send = async (
    name: string,
    page: Page,
    press: () => Promise<void>,
    hasWorked: () => Promise<void>,
    typedIsBack: () => Promise<string>,
  ): Promise<Outcome> => {
    const updated = page.getByRole('heading', { name: 'updated this page' })
    const first = async () => {
      await press()
      return Promise.any([
        hasWorked().then(() => 'worked' as const),
        updated.waitFor({ timeout: patienceMs }).then(() => 'told' as const),
      ])
    }
    try {
      if ((await first()) === 'worked') return { tab: name, how: 'worked', detail: '' }
      await page
        .getByRole('button', { name: 'Reload the page' })
        .or(page.getByRole('link', { name: 'Open the page again' }))
        .click()
      const kept = await typedIsBack()
      await press()
      await hasWorked()
      return { tab: name, how: 'told', detail: kept }
    } catch (error) {
      const says = await page
        .getByRole('main')
        .innerText()
        .catch(() => '')
      const why = error instanceof AggregateError ? error.errors.map(String).join(' / ') : String(error)
      return {
        tab: name,
        how: 'broken',
        detail: `${page.url()}: ${says.slice(0, 300)} (${why.slice(0, 300)})`,
      }
    }
  }
  const closing = (page: Page) => () => page.context().close()

  return {
    async withdrawal(who, amount, javaScript) {
      const page = await signedIn(who, javaScript)
      const fill = async () => {
        await page.getByLabel('Amount').fill(amount)
        await page.getByLabel('Account number').fill(accountFor('approve'))
        await page.getByLabel('Bank name').fill('Example Bank')
        await page.getByLabel('First name').fill('Ada')
        await page.getByLabel('Last name').fill('Nowak')
      }
      await visit(page, '/withdraw')
      await fill()
      const name = `withdrawal ${amount}${javaScript ? '' : ', without scripts'}`
      return {
        name,
        close: closing(page),
        send: () =>
          send(
            name,
            page,
            () => page.getByRole('button', { name: 'Request withdrawal' }).click(),
            () => page.waitForURL(/\/pay\//, { timeout: patienceMs }),
            async () => {
              if (!javaScript) {
                await fill()
                return 'listed for copying'
              }
              const value = await page.getByLabel('Amount').inputValue()
              if (value !== amount) throw new Error(`the amount is ${value} after loading again`)
              return 'typed texts were back'
            },
          ),
      }
    },
    async approval(who, payoutId, javaScript) {
      const page = await signedIn(who, javaScript)
      await visit(page, `/desk/payouts/${payoutId}`)
      const name = `approval of ${payoutId.slice(0, 8)}${javaScript ? '' : ', without scripts'}`
      await page.getByLabel('One-time code').first().waitFor()
      return {
        name,
        close: closing(page),
        send: () =>
          send(
            name,
            page,
            async () => {
              await page
                .getByLabel('One-time code')
                .first()
                .fill(await codeOf(who))
              await page.getByRole('button', { name: 'Approve', exact: true }).click()
            },
            // It may be paid before anybody reads that it was approved.
            () => page.waitForURL(/[?&]done=approved/, { timeout: patienceMs, waitUntil: 'commit' }),
            () => Promise.resolve('a code is typed again'),
          ),
      }
    },
    close: () => browser.close(),
  }
}
