// Who may open what: every page and route handler, for every role, in one table. A route without a row fails.
import type { APIRequestContext } from '@playwright/test'
import { expect, test } from './support/fixtures.ts'
import type { Person } from './support/fixtures.ts'
import { findRoutes } from './support/routes.ts'

const everybody = ['signedOut', 'receiver', 'clerk', 'approver', 'admin', 'auditor'] as const
type Anybody = (typeof everybody)[number]

/** HTTP statuses, in the order of `everybody`. */
type Row = readonly [number, number, number, number, number, number]
const all = (status: number): Row => [status, status, status, status, status, status]
/** Redirects to the sign-in page, for strangers. */
const signIn = 307
const staff: Row = [signIn, 403, 200, 200, 200, 200]
const signedIn: Row = [signIn, 200, 200, 200, 200, 200]
const adminReadByAuditor: Row = [signIn, 403, 403, 403, 200, 200]
const adminOnly: Row = [signIn, 403, 403, 403, 200, 403]

/** By method and pattern. `{payout}` and the like are replaced by existing ids. */
const table: Record<string, { path: string; expected: Row }> = {
  'GET /': { path: '/', expected: [200, 307, 307, 307, 307, 307] },
  'GET /sign-in': { path: '/sign-in', expected: [200, 307, 307, 307, 307, 307] },
  'GET /sign-in/link/[token]': { path: '/sign-in/link/no-such-link', expected: all(200) },
  'GET /sign-in/code': { path: '/sign-in/code', expected: all(307) },
  // Staff who have just set up their factor read there what to do next.
  'GET /sign-in/set-up': { path: '/sign-in/set-up', expected: [signIn, 307, 200, 200, 200, 200] },
  'GET /withdraw': {
    path: '/withdraw?form=AAAAAAAAAAAAAAAAAAAAAA',
    expected: [signIn, 200, 403, 403, 403, 403],
  },
  'GET /balance': { path: '/balance', expected: [signIn, 200, 403, 403, 403, 403] },
  'GET /desk/balances': { path: '/desk/balances', expected: staff },
  'GET /desk/balances/[id]': { path: '/desk/balances/{receiver}', expected: staff },
  'GET /desk/balances/import': { path: '/desk/balances/import', expected: [signIn, 403, 200, 403, 403, 403] },
  'GET /desk/moving': { path: '/desk/moving', expected: [signIn, 403, 403, 403, 200, 200] },
  'GET /desk/moving/new': { path: '/desk/moving/new', expected: [signIn, 403, 403, 403, 200, 403] },
  'GET /desk/moving/past': { path: '/desk/moving/past', expected: staff },
  'GET /desk/moving/[id]': {
    path: '/desk/moving/{payout}',
    expected: [signIn, 403, 403, 403, 404, 404],
  },
  'GET /desk/moving/[id]/errors': {
    path: '/desk/moving/{payout}/errors',
    expected: [401, 404, 404, 404, 404, 404],
  },
  'GET /desk/moving/template/[kind]': {
    path: '/desk/moving/template/receivers',
    expected: [401, 403, 403, 403, 200, 403],
  },
  'GET /desk/batches': { path: '/desk/batches', expected: staff },
  'GET /desk/batches/new': { path: '/desk/batches/new', expected: [signIn, 403, 200, 403, 403, 403] },
  // No batch has the id of a payout.
  'GET /desk/batches/[id]': {
    path: '/desk/batches/{payout}',
    expected: [signIn, 403, 404, 404, 404, 404],
  },
  'GET /desk/batches/[id]/decisions/[decision]': {
    path: '/desk/batches/{payout}/decisions/{payout}',
    expected: [signIn, 403, 404, 404, 404, 404],
  },
  'GET /desk/batches/[id]/outcome': {
    path: '/desk/batches/{payout}/outcome',
    expected: [401, 404, 404, 404, 404, 404],
  },
  'GET /desk/batches/[id]/errors': {
    path: '/desk/batches/{payout}/errors',
    expected: [401, 404, 404, 404, 404, 404],
  },
  'GET /withdrawals': { path: '/withdrawals', expected: [signIn, 200, 403, 403, 403, 403] },
  'GET /destinations': { path: '/destinations', expected: [signIn, 200, 403, 403, 403, 403] },
  'GET /desk/destinations': { path: '/desk/destinations', expected: staff },
  // Not cooling off: the page says so.
  'GET /desk/destinations/[id]': { path: '/desk/destinations/{payout}', expected: staff },
  'GET /pay/[token]': { path: '{status}', expected: all(200) },
  'GET /pay/back': { path: '/pay/back', expected: all(200) },
  // Not paid yet.
  'GET /pay/[token]/receipt': { path: '{status}/receipt', expected: all(404) },
  'GET /pay/[token]/receipt/pdf': { path: '{status}/receipt/pdf', expected: all(404) },
  'GET /developers': { path: '/developers', expected: all(200) },
  'GET /verify': { path: '/verify', expected: all(200) },
  'GET /pay/[token]/return': { path: '/pay/no-such-token/return', expected: all(303) },
  'POST /pay/[token]/return': { path: '/pay/no-such-token/return', expected: all(303) },
  'GET /freeze/[token]': { path: '/freeze/no-such-link', expected: all(200) },
  'GET /demo/mail': { path: '/demo/mail', expected: all(200) },
  'GET /demo/codes': { path: '/demo/codes', expected: all(200) },
  'GET /api/demo/mail/[id]': { path: '/api/demo/mail/{payout}', expected: all(404) },
  'GET /invite/[token]': { path: '/invite/no-such-invitation', expected: all(200) },
  'GET /account': { path: '/account', expected: signedIn },
  'GET /account/password': { path: '/account/password', expected: signedIn },
  'GET /account/factor': { path: '/account/factor', expected: staff },
  'GET /account/recovery-codes': { path: '/account/recovery-codes', expected: staff },
  'GET /desk/users': { path: '/desk/users', expected: adminReadByAuditor },
  'GET /desk/users/new': { path: '/desk/users/new', expected: adminOnly },
  'GET /desk/users/[id]': { path: '/desk/users/{user}', expected: adminReadByAuditor },
  'GET /desk/users/[id]/[act]': { path: '/desk/users/{user}/disable', expected: adminOnly },
  'GET /desk/keys': { path: '/desk/keys', expected: adminReadByAuditor },
  'GET /desk/keys/new': { path: '/desk/keys/new', expected: adminOnly },
  'GET /desk/keys/[id]': { path: '/desk/keys/{key}', expected: adminOnly },
  'GET /desk/webhooks': { path: '/desk/webhooks', expected: adminReadByAuditor },
  'GET /desk/webhooks/new': { path: '/desk/webhooks/new', expected: adminOnly },
  'GET /desk/webhooks/[id]': {
    path: '/desk/webhooks/00000000-0000-4000-8000-000000000000',
    expected: [signIn, 403, 403, 403, 404, 404],
  },
  'GET /desk': { path: '/desk', expected: staff },
  'GET /desk/approve': { path: '/desk/approve', expected: [signIn, 403, 403, 200, 403, 403] },
  'GET /desk/payouts': { path: '/desk/payouts', expected: staff },
  'GET /desk/payouts/new': {
    path: '/desk/payouts/new?form=AAAAAAAAAAAAAAAAAAAAAA',
    expected: [signIn, 403, 200, 403, 403, 403],
  },
  'GET /desk/payouts/[id]': { path: '/desk/payouts/{payout}', expected: staff },
  'GET /desk/audit': { path: '/desk/audit', expected: adminReadByAuditor },
  'GET /desk/callbacks': { path: '/desk/callbacks', expected: staff },
  'GET /desk/payouts/[id]/evidence': {
    path: '/desk/payouts/{payout}/evidence',
    expected: [401, 403, 200, 200, 200, 200],
  },
  'GET /desk/payouts/[id]/mark': {
    path: '/desk/payouts/{payout}/mark',
    expected: [401, 403, 200, 200, 200, 200],
  },
  'GET /desk/reports': { path: '/desk/reports', expected: staff },
  'GET /desk/receivers/[id]': { path: '/desk/receivers/{receiver}', expected: staff },
  'GET /desk/receivers/[id]/erase': { path: '/desk/receivers/{receiver}/erase', expected: adminOnly },
  'GET /desk/receivers/[id]/change': {
    path: '/desk/receivers/{receiver}/change',
    expected: [signIn, 403, 200, 403, 403, 403],
  },
  'GET /desk/policy': { path: '/desk/policy', expected: staff },
  'GET /desk/settings': { path: '/desk/settings', expected: adminReadByAuditor },
  'GET /desk/settings/brand': { path: '/desk/settings/brand', expected: adminReadByAuditor },
  'GET /desk/settings/first-run': { path: '/desk/settings/first-run', expected: adminOnly },
  'GET /desk/settings/code': { path: '/desk/settings/code?code=1', expected: adminReadByAuditor },
  'GET /desk/endpoints': { path: '/desk/endpoints', expected: adminReadByAuditor },
  'GET /desk/stop': { path: '/desk/stop', expected: staff },
  'GET /desk/unknown': { path: '/desk/unknown', expected: staff },
  'GET /desk/payouts/files': { path: '/desk/payouts/files', expected: staff },
  // Whose file it is has a test of its own.
  'GET /desk/payouts/files/[id]': {
    path: '/desk/payouts/files/{payout}',
    expected: [401, 403, 404, 404, 404, 404],
  },
  'GET /desk/payouts/export': { path: '/desk/payouts/export', expected: [401, 403, 200, 200, 200, 200] },
  'GET /api/pay/[token]/status': { path: '/api{status}/status', expected: all(200) },
  // A stream has no end to wait for: GET finds none here, and HEAD what GET would open.
  'GET /api/pay/[token]/events': { path: '/api/pay/no-such-link-to-a-payout/events', expected: all(404) },
  'HEAD /api/pay/[token]/events': { path: '/api{status}/events', expected: all(200) },
  'GET /api/desk/events': {
    path: '/api/desk/events?payout=none',
    expected: [401, 403, 404, 404, 404, 404],
  },
  'HEAD /api/desk/events': { path: '/api/desk/events', expected: [401, 403, 200, 200, 200, 200] },
  'GET /api/brand/colours/[colours]': { path: '/api/brand/colours/0a5c55-none', expected: all(200) },
  'GET /api/brand/logo/[hash]': { path: '/api/brand/logo/none', expected: all(404) },
  'GET /api/health/live': { path: '/api/health/live', expected: all(200) },
  'GET /api/health/ready': { path: '/api/health/ready', expected: all(200) },
  // From this machine; headers.spec.ts tries from elsewhere.
  'GET /api/metrics': { path: '/api/metrics', expected: all(200) },
  // Everything required is missing.
  'GET /api/cardzo/callback': { path: '/api/cardzo/callback', expected: all(400) },
  'POST /api/cardzo/callback': { path: '/api/cardzo/callback', expected: all(400) },
  // A session is not an API key.
  'GET /api/v1/openapi.json': { path: '/api/v1/openapi.json', expected: all(200) },
  'GET /api/v1/batches': { path: '/api/v1/batches', expected: all(401) },
  'POST /api/v1/batches': { path: '/api/v1/batches', expected: all(401) },
  'GET /api/v1/batches/[id]': { path: '/api/v1/batches/{payout}', expected: all(401) },
  'GET /api/v1/batches/[id]/rows': { path: '/api/v1/batches/{payout}/rows', expected: all(401) },
  'POST /api/v1/batches/[id]/submit': { path: '/api/v1/batches/{payout}/submit', expected: all(401) },
  'POST /api/v1/batches/[id]/cancel': { path: '/api/v1/batches/{payout}/cancel', expected: all(401) },
  'GET /api/v1/events': { path: '/api/v1/events', expected: all(401) },
  'GET /api/v1/grants': { path: '/api/v1/grants', expected: all(401) },
  'POST /api/v1/grants': { path: '/api/v1/grants', expected: all(401) },
  'GET /api/v1/grants/[id]': { path: '/api/v1/grants/{payout}', expected: all(401) },
  'GET /api/v1/receivers': { path: '/api/v1/receivers', expected: all(401) },
  'GET /api/v1/receivers/[externalId]': { path: '/api/v1/receivers/cust-42', expected: all(401) },
  'PUT /api/v1/receivers/[externalId]': { path: '/api/v1/receivers/cust-42', expected: all(401) },
  'GET /api/v1/receivers/[externalId]/destinations': {
    path: '/api/v1/receivers/cust-42/destinations',
    expected: all(401),
  },
  'POST /api/v1/receivers/[externalId]/destinations': {
    path: '/api/v1/receivers/cust-42/destinations',
    expected: all(401),
  },
  'GET /api/v1/receivers/[externalId]/destinations/[id]': {
    path: '/api/v1/receivers/cust-42/destinations/{payout}',
    expected: all(401),
  },
  'POST /api/v1/receivers/[externalId]/destinations/[id]/disable': {
    path: '/api/v1/receivers/cust-42/destinations/{payout}/disable',
    expected: all(401),
  },
  'GET /api/v1/receivers/[externalId]/balances': {
    path: '/api/v1/receivers/cust-42/balances',
    expected: all(401),
  },
  'GET /api/v1/payouts': { path: '/api/v1/payouts', expected: all(401) },
  'POST /api/v1/payouts': { path: '/api/v1/payouts', expected: all(401) },
  'GET /api/v1/payouts/[id]': { path: '/api/v1/payouts/{payout}', expected: all(401) },
  'POST /api/v1/payouts/[id]/cancel': { path: '/api/v1/payouts/{payout}/cancel', expected: all(401) },
  'POST /api/v1/payouts/[id]/retry': { path: '/api/v1/payouts/{payout}/retry', expected: all(401) },
  'GET /api/v1/[[...path]]': { path: '/api/v1/no/such/thing', expected: all(401) },
  'POST /api/v1/[[...path]]': { path: '/api/v1/no/such/thing', expected: all(401) },
  'PUT /api/v1/[[...path]]': { path: '/api/v1/no/such/thing', expected: all(401) },
  'PATCH /api/v1/[[...path]]': { path: '/api/v1/no/such/thing', expected: all(401) },
  'DELETE /api/v1/[[...path]]': { path: '/api/v1/no/such/thing', expected: all(401) },
  'GET /api/auth/[...nextauth]': { path: '/api/auth/session', expected: all(200) },
}

test('the table of who may open what has exactly one row for every route', () => {
  const routes = findRoutes().flatMap(({ methods, pattern }) =>
    methods.map((method) => `${method} ${pattern}`),
  )
  expect(routes.length).toBeGreaterThan(20)
  expect(Object.keys(table).sort()).toEqual(routes.sort())
})

for (const [column, who] of everybody.entries())
  test(`what ${whoText(who)} may open`, async ({ newPerson, signIn: enter, payouts, database }) => {
    const payout = await payouts.awaiting()
    const [user] = await database.rows<{ id: string }>("SELECT id FROM app_user WHERE role = 'clerk' LIMIT 1")
    const [key] = await database.rows<{ id: string }>('SELECT id FROM api_key LIMIT 1')
    const page = await newPerson()
    if (who !== 'signedOut') await enter(page, who satisfies Person)
    const { request } = page.context()
    const found: Record<string, number> = {}
    for (const [name, { path }] of Object.entries(table)) {
      const address = path
        .replace('{status}', new URL(payout.statusUrl!).pathname)
        .replace('{payout}', payout.id)
        .replace('{user}', user!.id)
        .replace('{key}', key!.id)
        .replace('{receiver}', payout.receiver.id)
      found[name] = await statusOf(request, name.split(' ')[0]!, address)
    }
    const expected = Object.fromEntries(
      Object.entries(table).map(([name, row]) => [name, row.expected[column]]),
    )
    expect(found).toEqual(expected)
    // None of this changed the payout or ended the session.
    expect(await payouts.get(payout.id)).toMatchObject({ status: 'awaiting_approval' })
    if (who !== 'signedOut') expect(await statusOf(request, 'GET', '/sign-in')).toBe(307)
  })

function whoText(who: Anybody): string {
  return who === 'signedOut' ? 'somebody who is not signed in' : `a signed-in ${who}`
}

async function statusOf(request: APIRequestContext, method: string, path: string): Promise<number> {
  const answer = await request.fetch(path, { method, maxRedirects: 0 })
  return answer.status()
}
