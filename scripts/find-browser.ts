// A Chromium for the browser tests, wherever this machine has one or can get one. Best is the headless shell: the same engine
// without the windows of a desktop browser, so that a new page costs a third of the processor time.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { basename, delimiter, join } from 'node:path'

/** Playwright's own server cannot be reached from everywhere; waiting longer does not change that. */
const downloadTimeoutMs = 180_000
const names = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
]

/** The program to start, or undefined: Playwright's own if it has been installed, else the system's. */
export const findBrowser = (): string | undefined => playwrightsOwn() ?? systemBrowser()

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

/** The browser of Playwright's own version, if it is installed; where it would be is asked in a process, for it loads slowly. */
function playwrightsOwn(): string | undefined {
  const script = `process.stdout.write(require('playwright').chromium.executablePath())`
  const { status, stdout: whole } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' })
  if (status !== 0 || whole === '') return undefined
  return [headlessShellBeside(whole), whole].find((path) => path !== undefined && existsSync(path))
}

/** Playwright names only the whole browser, `…/chromium-1255/…`; its headless shell is in `…/chromium_headless_shell-1255/…`. */
function headlessShellBeside(whole: string): string | undefined {
  const folder = whole.replace(/([/\\])chromium(-\d+)[/\\].*$/, '$1chromium_headless_shell$2')
  if (folder === whole || !existsSync(folder)) return undefined
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const program = files.find((file) =>
    /^(chrome-headless-shell|headless_shell)(\.exe)?$/.test(basename(file)),
  )
  return program && join(folder, program)
}

function systemBrowser(): string | undefined {
  const folders = ['/usr/bin', ...(process.env['PATH'] ?? '').split(delimiter)]
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync)
}

function installPlaywrights(): void {
  console.log('No Chromium found. Trying "playwright install --only-shell chromium"…')
  const env = { ...process.env, PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '10000' }
  const program = join('node_modules', 'playwright', 'cli.js')
  spawnSync(process.execPath, [program, 'install', '--only-shell', 'chromium'], {
    env,
    stdio: 'inherit',
    timeout: downloadTimeoutMs,
  })
}

function installDebians(): void {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  spawnSync('apt-get', ['update', '-q'], { env, stdio: 'inherit' })
  for (const name of ['chromium-headless-shell', 'chromium']) {
    console.log(`Trying "apt-get install ${name}"…`)
    const args = ['install', '-y', '-q', '--no-install-recommends', name]
    if (spawnSync('apt-get', args, { env, stdio: 'inherit' }).status === 0) return
  }
}
