// A Chromium for the browser tests, wherever this machine has one or can get one.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Playwright's own server cannot be reached from everywhere; waiting longer does not change that. */
const downloadTimeoutMs = 180_000
const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** The program to start, or undefined: Playwright's own if it has been installed, else the system's. */
export function findBrowser(): string | undefined {
  const own = playwrightsOwn()
  return own !== undefined && existsSync(own) ? own : systemBrowser()
}

/** Like `findBrowser`, but gets one when there is none. Throws, saying what to do, when that fails. */
export function ensureBrowser(): string {
  const installers = [installPlaywrights, installDebians]
  for (let browser = findBrowser(); ; browser = findBrowser()) {
    if (browser !== undefined) return browser
    const install = installers.shift()
    if (!install)
      throw new Error(
        'The browser tests need Chromium: install it with "npx playwright install chromium" or as a system package.',
      )
    install()
  }
}

/** Where Playwright would have put the browser of its own version; asked in a process, for it loads slowly. */
function playwrightsOwn(): string | undefined {
  const script = `process.stdout.write(require('playwright').chromium.executablePath())`
  const { status, stdout } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' })
  return status === 0 && stdout !== '' ? stdout : undefined
}

function systemBrowser(): string | undefined {
  const folders = ['/usr/bin', ...(process.env['PATH'] ?? '').split(delimiter)]
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(existsSync)
}

function installPlaywrights(): void {
  console.log('No Chromium found. Trying "playwright install chromium"…')
  const env = { ...process.env, PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '10000' }
  const program = join('node_modules', 'playwright', 'cli.js')
  spawnSync(process.execPath, [program, 'install', 'chromium'], {
    env,
    stdio: 'inherit',
    timeout: downloadTimeoutMs,
  })
}

function installDebians(): void {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return
  console.log('Trying "apt-get install chromium"…')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  spawnSync('apt-get', ['update', '-q'], { env, stdio: 'inherit' })
  spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], {
    env,
    stdio: 'inherit',
  })
}
