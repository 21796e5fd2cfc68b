// The security headers of pages and of every other answer.
import type { APIResponse } from '@playwright/test'
import { expect, test } from './support/fixtures.ts'
import type { Person } from './support/fixtures.ts'
import { findRoutes } from './support/routes.ts'

const pages: [Person | null, string][] = [
  [null, '/'],
  [null, '/sign-in'],
  [null, '/sign-in/link/no-such-link'],
  [null, '/invite/no-such-link'],
  [null, '/demo/codes'],
  [null, '{status}'],
  [null, '/pay/no-such-token-as-this-one'],
  [null, '/pay/back'],
  [null, '/demo/mail'],
  [null, '/nowhere'],
  ['receiver', '/withdraw?form=AAAAAAAAAAAAAAAAAAAAAA'],
  ['receiver', '/withdrawals'],
  // Forbidden to this role.
  ['receiver', '/desk'],
  ['approver', '/account'],
  ['admin', '/desk/users'],
  ['approver', '/desk'],
  ['approver', '/desk/payouts'],
  ['approver', '/desk/payouts/{payout}'],
  ['clerk', '/desk/payouts/new?form=AAAAAAAAAAAAAAAAAAAAAA'],
]

for (const [who, pattern] of pages)
  test(`the page ${pattern} for ${who ?? 'anybody'} has a strict policy with a fresh nonce`, async ({
    page,
    signIn,
    payouts,
  }) => {
    const payout = await payouts.create({ scenario: 'stays-validating' })
    if (who) await signIn(page, who)
    const path = pattern
      .replace('{status}', new URL(payout.statusUrl!).pathname)
      .replace('{payout}', payout.id)
    const answer = await page.request.get(path)
    const headers = answer.headers()
    const policy = new Map(
      (headers['content-security-policy'] ?? '').split('; ').map((rule) => {
        const [name = '', ...values] = rule.split(' ')
        return [name, values] as const
      }),
    )
    expect.soft(policy.get('default-src')).toEqual(["'none'"])
    expect.soft(policy.get('frame-ancestors')).toEqual(["'none'"])
    expect.soft(policy.get('form-action')).toEqual(["'self'"])
    expect.soft(policy.get('base-uri')).toEqual(["'none'"])
    const nonce = policy.get('script-src')?.find((value) => value.startsWith("'nonce-"))
    expect.soft(nonce).toMatch(/^'nonce-[A-Za-z0-9+/_-]{20,}={0,2}'$/)
    expect.soft(headers['content-security-policy']).not.toMatch(/unsafe-|\*|http:/)
    const again = (await page.request.get(path)).headers()['content-security-policy']
    expect.soft(again).not.toContain(nonce)
    // Every script of the page carries it.
    const html = await answer.text()
    const scripts = html.match(/<script\b[^>]*>/g) ?? []
    expect.soft(scripts.length).toBeGreaterThan(0)
    for (const script of scripts) expect.soft(script).toContain(`nonce="${nonce?.slice(7, -1) ?? '-'}"`)
    expect.soft(html).not.toMatch(/<[a-z]+ [^>]*\sstyle="/)

    expect.soft(headers['x-content-type-options']).toBe('nosniff')
    expect.soft(headers['cache-control']).toContain('no-store')
    expect.soft(headers['x-powered-by']).toBeUndefined()
    expect.soft(headers['strict-transport-security']).toBeUndefined()
    // A form on a no-referrer page has the origin `null`. Pages of sign-in links have a form, and their token is for us anyway.
    expect.soft(headers['referrer-policy']).toBe(path.startsWith('/pay/') ? 'no-referrer' : 'same-origin')
    const isSecret = /^\/(pay|sign-in\/link|invite)\//.test(path)
    if (isSecret) expect.soft(headers['x-robots-tag']).toContain('noindex')
    expect.soft(html).toMatch(/<meta name="robots" content="noindex/)
  })

test('a page requests nothing from other sites', async ({ page, payouts, stack, signIn }) => {
  const foreign: string[] = []
  page.on('request', (request) => {
    if (!request.url().startsWith(`${stack.appUrl}/`) && !request.url().startsWith('data:'))
      foreign.push(request.url())
  })
  const { id, statusUrl } = await payouts.awaiting()
  await signIn(page, 'approver')
  for (const path of ['/', statusUrl!, '/desk', `/desk/payouts/${id}`, '/demo/mail']) {
    await page.goto(path)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  }
  expect(foreign).toEqual([])
})

test('what a page loads comes in its smallest form and is kept', async ({ page }) => {
  const loaded: Promise<[string, Record<string, string>]>[] = []
  page.on('response', (answer) => {
    const path = new URL(answer.url()).pathname
    if (path.startsWith('/_next/static/')) loaded.push(answer.allHeaders().then((headers) => [path, headers]))
  })
  await page.goto('/sign-in')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  const files = await Promise.all(loaded)
  expect(files.filter(([path]) => path.endsWith('.js')).length).toBeGreaterThan(5)
  expect(files.filter(([path]) => path.endsWith('.css')).length).toBeGreaterThan(0)
  for (const [path, headers] of files) {
    const isShort = Number(headers['content-length']) < 1024
    if (!path.endsWith('.woff2') && !isShort) expect.soft(headers['content-encoding'], path).toBe('br')
    expect.soft(headers['cache-control'], path).toBe('public, max-age=31536000, immutable')
    expect.soft(headers['x-content-type-options'], path).toBe('nosniff')
  }
})

/** A path for a route pattern, with a value for every parameter. */
const pathOf = (pattern: string) =>
  pattern.replace(/\[\[?\.\.\.\w+\]\]?/, 'nothing').replaceAll(/\[\w+\]/g, 'nothing-here-with-this-name')

test('every route refuses other methods and names its own', async ({ api }) => {
  const wrong: string[] = []
  // Every other path below /api/v1 is a 404 for any method.
  const own = findRoutes().filter(({ pattern }) => !pattern.includes('[...') && !pattern.includes('[[...'))
  for (const { kind, pattern, methods } of own)
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      if (methods.includes(method)) continue
      const answer = await api.fetch(pathOf(pattern), { method, maxRedirects: 0 })
      const allow = (answer.headers()['allow'] ?? '').split(', ')
      const expected = methods.flatMap((each) => (each === 'GET' ? ['GET', 'HEAD'] : [each]))
      const isRight =
        answer.status() === 405 && expected.every((each) => allow.includes(each)) && !allow.includes(method)
      if (!isRight)
        wrong.push(`${method} ${pattern} (${kind}): ${answer.status()}, Allow: ${allow.join(', ')}`)
    }
  expect(own.length).toBeGreaterThan(15)
  expect(wrong).toEqual([])
})

test('answers to programs are never cached, and their type is never guessed', async ({ api, payouts }) => {
  const { id, statusUrl } = await payouts.create({ scenario: 'stays-validating' })
  const status = new URL(statusUrl!).pathname
  const answers: APIResponse[] = []
  for (const path of [
    `/api/v1/payouts/${id}`,
    '/api/v1/payouts',
    '/api/v1/payouts/nothing',
    '/api/v1/nothing',
    '/api/v1/openapi.json',
    `/api${status}/status`,
    `${status}/return`,
    '/api/cardzo/callback',
    '/api/health/live',
    '/api/health/ready',
    '/api/metrics',
    '/desk/payouts/export',
  ])
    answers.push(await api.get(path, { maxRedirects: 0 }))
  for (const answer of answers) {
    const headers = answer.headers()
    expect.soft(headers['cache-control'], answer.url()).toContain('no-store')
    expect.soft(headers['x-content-type-options'], answer.url()).toBe('nosniff')
    expect.soft(headers['x-powered-by'], answer.url()).toBeUndefined()
    expect.soft(headers['access-control-allow-origin'], answer.url()).toBeUndefined()
  }
  const [returned, live] = [answers[6]!, answers[5]!]
  for (const answer of [returned, live]) {
    expect.soft(answer.headers()['referrer-policy'], answer.url()).toBe('no-referrer')
    expect.soft(answer.headers()['x-robots-tag'], answer.url()).toContain('noindex')
  }
})
