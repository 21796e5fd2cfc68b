import { availableParallelism } from 'node:os'
import { defineConfig } from '@playwright/test'
import { findBrowser } from './scripts/find-browser.ts'

const isCi = process.env['CI'] !== undefined
const executablePath = process.env['CHROMIUM_PATH'] ?? findBrowser()

/**
 * What a whole Chromium loads into every new window for its address bar, which costs half of the time that opening a page takes.
 * The last list wins, so Playwright's own comes first (chromiumSwitches.ts of its sources).
 */
const disabledFeatures = [
  ...['AvoidUnnecessaryBeforeUnloadCheckSync', 'DestroyProfileOnBrowserClose', 'HttpsUpgrades'],
  ...['HttpsFirstBalancedModeAutoEnable', 'LensOverlay', 'MediaRouter', 'PaintHolding'],
  ...['ThirdPartyStoragePartitioning', 'AvoidCorsURLLoaderRestartOnRedirect', 'TcpPortRandomizationWin'],
  ...['OptimizationHints', 'NetworkTimeServiceQuerying', 'AimEnabled', 'PreconnectToSearch'],
  ...['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', 'WebUIOmniboxFullPopup'],
  // A renderer kept ready for the next page, which most tests don't open.
  'SpareRendererForSitePerProcess',
]

const desktop = { browserName: 'chromium', viewport: { width: 1440, height: 900 } } as const
/** Takes longest, and longer the more payouts the desk lists: the first that a stack sees. */
const firstSpec = /looks\.spec\.ts$/

// Journeys through real processes. Those of one worker run one at a time, for they share a database, a gateway and the
// processes between them; each worker has such a stack of its own.
export default defineConfig({
  testDir: 'e2e',
  // The fault lab's own tests, beside it, are Vitest's.
  testMatch: '**/*.spec.ts',
  // Node runs our TypeScript as it is. Compiling it before the first test took five seconds, on one core.
  build: { external: ['**/*.ts'] },
  outputDir: 'test-results',
  // Two more than there are cores, because each spends much of its time waiting. A stack and a browser take about a gigabyte.
  workers: Math.min(availableParallelism() + 2, 4),
  fullyParallel: false,
  forbidOnly: isCi,
  // Real processes, a real browser and a busy machine: in CI a test may need a second try. It is named "flaky" at the end, with what
  // failed first and what its pages showed, and is a defect to find. Elsewhere one failure is a failure. What the banks got is judged over
  // all tries, when all tests are over.
  retries: isCi ? 1 : 0,
  // Some walk a dozen pages in two themes; on a loaded machine that takes a minute.
  timeout: 180_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  globalSetup: './e2e/support/global-setup.ts',
  use: {
    locale: 'en-GB',
    timezoneId: 'UTC',
    // A trace of every test costs a fifth of the time; `--trace retain-on-failure` asks for one.
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(executablePath !== undefined && { executablePath }),
      args: [
        '--disable-background-networking',
        `--disable-features=${disabledFeatures.join(',')}`,
        // Chromium refuses its sandbox to root.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
    },
  },
  projects: [
    { name: 'looks', testMatch: firstSpec, use: desktop },
    {
      name: 'phone',
      // The journey by touch; looks.spec.ts judges every page at this width too.
      testMatch: /payout\.spec\.ts$/,
      use: {
        browserName: 'chromium',
        // The narrowest that a page must fit (WCAG 1.4.10); phones are wider.
        viewport: { width: 320, height: 640 },
        hasTouch: true,
        isMobile: true,
        deviceScaleFactor: 2,
      },
    },
    { name: 'desktop', testIgnore: firstSpec, use: desktop },
  ],
})
