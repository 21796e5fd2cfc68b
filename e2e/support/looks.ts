// How the looks of a page are judged: by axe in both themes, at several widths, and by what has the focus on a zoomed screen.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect } from '@playwright/test'
import type { Page } from '@playwright/test'
import type axe from 'axe-core'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What they find is never serious, so we would not report it; `region` alone takes as long as many others. */
const neverSerious = [
  ...['aria-allowed-role', 'aria-deprecated-role', 'empty-heading', 'empty-table-header'],
  ...['form-field-multiple-labels', 'heading-order', 'html-xml-lang-mismatch', 'image-redundant-alt'],
  ...['landmark-banner-is-top-level', 'landmark-contentinfo-is-top-level', 'landmark-main-is-top-level'],
  ...['landmark-no-duplicate-banner', 'landmark-no-duplicate-contentinfo', 'landmark-no-duplicate-main'],
  ...['landmark-one-main', 'landmark-unique', 'meta-viewport', 'meta-viewport-large', 'no-autoplay-audio'],
  ...['page-has-heading-one', 'presentation-role-conflict', 'region', 'scope-attr-valid'],
  ...['server-side-image-map', 'skip-link', 'table-duplicate-name'],
]

const rulesOf = {
  all: {
    rules: {
      ...Object.fromEntries(neverSerious.map((rule) => [rule, { enabled: false }])),
      // Off unless asked for: 24 px to press, or as much room around it (WCAG 2.5.8).
      'target-size': { enabled: true },
    },
  },
  colours: { runOnly: ['color-contrast'] },
} as const satisfies Record<string, axe.RunOptions>

/** Serious and critical findings of axe, in words. */
async function findingsOn(page: Page, rules: keyof typeof rulesOf = 'all'): Promise<string[]> {
  // Once per load: its source is half a megabyte. We have no frames, which would need one of their own.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource)
  return page.evaluate(
    async (options: axe.RunOptions) => {
      const here = (window as unknown as { axe: typeof axe }).axe
      const { violations, passes } = await here.run(document, options)
      if (passes.length === 0) return ['axe looked at nothing']
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .flatMap(({ id, nodes }) =>
          nodes.map(({ html, failureSummary = '' }) => `${id}: ${failureSummary}: ${html}`),
        )
    },
    { resultTypes: ['violations'], ...rulesOf[rules] } as axe.RunOptions,
  )
}

/**
 * What axe finds once the colours have changed: a page may be on its way from one theme to the other for some frames, and drawing a long
 * list again takes a busy machine seconds.
 */
async function lastingFindings(page: Page, rules: keyof typeof rulesOf): Promise<string[]> {
  const deadline = Date.now() + 20_000
  for (;;) {
    const findings = await findingsOn(page, rules)
    if (findings.length === 0 || Date.now() > deadline) return findings
  }
}

/** How many pixels the page is wider than the screen. */
const tooWide = (page: Page) =>
  page.evaluate(() => {
    const { scrollWidth } = document.scrollingElement ?? document.documentElement
    return Math.max(0, scrollWidth - window.innerWidth)
  })

/** What has the focus and is not to be seen: under a bar that stays, or outside the screen (WCAG 2.4.11). */
const coveredFocus = (page: Page) =>
  page.evaluate(() => {
    const focusable = 'a[href], button, input:not([type=hidden]), select, textarea, summary'
    return [...document.querySelectorAll<HTMLElement>(focusable)]
      .filter(isCovered)
      .map((one) => one.outerHTML)

    function isCovered(element: HTMLElement): boolean {
      element.focus()
      // Not shown, or switched off.
      if (document.activeElement !== element) return false
      const box = element.getBoundingClientRect()
      const parts = [0.1, 0.3, 0.5, 0.7, 0.9]
      return !parts.some((across) =>
        parts.some((down) => {
          const top = document.elementFromPoint(box.left + box.width * across, box.top + box.height * down)
          return top !== null && (element.contains(top) || top.contains(element))
        }),
      )
    }
  })

/** Changes to dark mode; resolves when no part of the page is on its way from one colour to the other. */
async function darken(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.evaluate(async () => {
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame)
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished))
  })
}

const wide = { width: 1440, height: 900 }
/** A very wide screen, a tablet, and a screen of 1440 px at 200 %. */
const otherWidths = [1920, 768, 720]
/** The narrowest that a page must fit (WCAG 1.4.10); phones are wider. */
const phone = { width: 320, height: 640 }
/** A screen of 1440 px at 400 %. */
const zoomed = { width: 360, height: 225 }

/** Loads a page and judges it. */
export async function expectGoodLooks(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await expectGoodLooksHere(page, path)
}

/**
 * Judges the page that is open, without loading it again: light with all rules of axe, dark with those about colours, then other widths; on
 * the narrowest all rules again, in the dark. `name`: for what is reported. The window is wide and light again afterwards.
 */
export async function expectGoodLooksHere(page: Page, name: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await expectFits(page, name)
  expect.soft(await findingsOn(page), `${name}, light`).toEqual([])
  await darken(page)
  expect.soft(await lastingFindings(page, 'colours'), `${name}, dark`).toEqual([])
  for (const width of otherWidths) {
    await page.setViewportSize({ width, height: wide.height })
    await expectFits(page, name)
  }
  await page.setViewportSize(zoomed)
  expect.soft(await coveredFocus(page), `${name}, covered while it has the focus`).toEqual([])
  await page.setViewportSize(phone)
  await expectFits(page, name)
  // Staff's lists are long by now, and axe has checked them on the wide screen.
  if (!/^\/(desk|demo)/.test(name)) expect.soft(await findingsOn(page), `${name}, on a phone`).toEqual([])
  await page.setViewportSize(wide)
  await page.emulateMedia({ colorScheme: 'light' })
}

/** Neither on a wide screen nor on a phone is the page that is open wider than the screen. */
export async function expectNarrowEnough(page: Page, name: string): Promise<void> {
  await expectFits(page, name)
  await page.setViewportSize(phone)
  await expectFits(page, name)
  await page.setViewportSize(wide)
}

async function expectFits(page: Page, name: string): Promise<void> {
  const { width = 0 } = page.viewportSize() ?? {}
  expect.soft(await tooWide(page), `${name} at ${width} px, pixels too wide`).toBe(0)
}
