// What there is to see, and by whom: every page of the app, those of one payout in each of its statuses.
import type { Browser } from '@playwright/test'
import type pg from 'pg'
import { findRoutes } from '../support/routes.ts'
import type { Sessions } from './main.ts'

const receivers = ['ada', 'ben', 'chloe'] as const
export type Who = 'anybody' | (typeof receivers)[number] | 'clerk' | 'approver' | 'admin' | 'auditor'
/** Before the picture these are pressed, one after the other, and `until` is waited for. */
export type Shown = { who: Who; path: string; name: string; press?: readonly string[]; until?: string }

/** Pages with a state that their address alone does not show. */
const more: readonly (Omit<Shown, 'name'> & { name?: string })[] = [
  { who: 'anybody', path: '/nowhere' },
  { who: 'ada', path: '/desk' },
  { who: 'approver', path: '/desk?tab=others' },
  { who: 'approver', path: '/desk/payouts?q=no-such-payout' },
  { who: 'auditor', path: '/desk/callbacks?view=refused' },
  { who: 'auditor', path: '/desk/callbacks?view=missed' },
  {
    who: 'ada',
    path: '/withdraw',
    name: 'withdraw-refused',
    press: ['#content form button:has([lang=en])'],
    until: '#content [role=alert]',
  },
  {
    who: 'approver',
    path: '/desk/payouts',
    name: 'payouts-chosen',
    press: ['tbody input[type=checkbox] >> nth=0', 'tbody input[type=checkbox] >> nth=1'],
    until: '.stays-below',
  },
  {
    who: 'approver',
    path: '/desk/payouts',
    name: 'payouts-filters',
    press: ['#content details > summary >> nth=0', '#content details > summary >> nth=-1'],
  },
  { who: 'approver', path: '/desk/unknown', name: 'unknown-propose', press: ['#content summary >> nth=-1'] },
  { who: 'admin', path: '/desk/webhooks/new?kind=chat' },
]

/** Who sees a page at its fullest. */
function mainViewer(pattern: string): Who {
  if (
    /^\/desk\/(users|keys|policy|settings|endpoints|webhooks|moving|receivers\/\[id\]\/erase)/.test(pattern)
  )
    return 'admin'
  if (/^\/desk\/(payouts\/new|balances|receivers|batches)/.test(pattern)) return 'clerk'
  if (pattern === '/desk/audit') return 'auditor'
  if (pattern.startsWith('/desk')) return 'approver'
  if (/^\/(withdraw|withdrawals|balance|destinations|account)/.test(pattern))
    return /factor|recovery/.test(pattern) ? 'approver' : 'ada'
  return 'anybody'
}

/** Every role has a desk of its own. */
const alsoFor: Record<string, readonly Who[]> = {
  '/desk': ['clerk', 'admin', 'auditor'],
  '/account': ['approver'],
}

export async function findPaths(
  sessions: Sessions,
  browser: Browser,
  baseURL: string,
  database: pg.Client,
): Promise<Shown[]> {
  const statusPaths = await findStatusPaths(sessions, browser, baseURL)
  const payouts = await database.query<{ id: string; status: string }>(
    'SELECT DISTINCT ON (status) id, status::text FROM payout ORDER BY status, created_at DESC',
  )
  const one = async (sql: string) => (await database.query<{ id: string }>(sql)).rows.map(({ id }) => id)
  const [receiver = ''] = await one("SELECT id FROM receiver WHERE external_id = 'ada@demo.example'")
  const [user = ''] = await one("SELECT id FROM app_user WHERE role = 'approver' ORDER BY email LIMIT 1")
  const [key] = await one('SELECT id FROM api_key LIMIT 1')
  const [batch] = await one('SELECT id FROM batch ORDER BY made_at DESC LIMIT 1')
  const [webhook] = await one('SELECT id FROM webhook_target LIMIT 1')
  const [destination] = await one('SELECT id FROM destination ORDER BY created_at DESC LIMIT 1')
  const waiting = await one("SELECT seq::text AS id FROM payout WHERE status = 'awaiting_approval' LIMIT 3")
  const shown: Shown[] = [
    ...payouts.rows.map(({ id, status }) => ({
      who: 'approver' as const,
      path: `/desk/payouts/${id}`,
      name: `payout-${status}`,
    })),
    ...statusPaths,
    ...more.map((one) => ({ name: nameOf(one.path), ...one })),
    {
      who: 'approver',
      path: `/desk/approve?${waiting.map((seq) => `p=${seq}`).join('&')}`,
      name: 'desk-approve',
    },
  ]
  const values: Record<string, string | undefined> = {
    '/desk/receivers/[id]': receiver,
    '/desk/receivers/[id]/change': receiver,
    '/desk/receivers/[id]/erase': receiver,
    '/desk/balances/[id]': receiver,
    '/desk/users/[id]': user,
    '/desk/keys/[id]': key,
    '/desk/batches/[id]': batch,
    '/desk/webhooks/[id]': webhook,
    '/desk/destinations/[id]': destination,
  }
  const done = new Set(['/desk/payouts/[id]', '/pay/[token]', '/pay/[token]/receipt', '/desk/approve'])
  for (const { pattern } of findRoutes().filter(({ kind }) => kind === 'page')) {
    if (done.has(pattern)) continue
    const who = mainViewer(pattern)
    const name = nameOf(pattern)
    if (pattern === '/desk/users/[id]/[act]')
      shown.push(
        ...['role', 'person', 'disable'].map((act) => ({
          who,
          path: `/desk/users/${user}/${act}`,
          name: `user-${act}`,
        })),
      )
    else {
      const path = pattern.replace('[id]', values[pattern] ?? 'none').replaceAll(/\[\w+\]/g, 'no-such-link')
      for (const viewer of [who, ...(alsoFor[pattern] ?? [])]) shown.push({ who: viewer, path, name })
    }
  }
  return shown
}

/** The receivers' own links, from their lists: one payout of each status, and the receipt of a paid one. */
async function findStatusPaths(sessions: Sessions, browser: Browser, baseURL: string): Promise<Shown[]> {
  const found = new Map<string, Shown>()
  for (const who of receivers) {
    const session = sessions.get(who)
    const context = await browser.newContext({ baseURL, ...(session && { storageState: session }) })
    const html = await (await context.request.get('/withdrawals')).text()
    for (const path of new Set(html.match(/\/pay\/[\w-]{20,}/g))) {
      const { status } = (await (await context.request.get(`/api${path}/status`)).json()) as {
        status: string
      }
      if (!found.has(status)) found.set(status, { who, path, name: `pay-${status}` })
      if (status === 'paid') found.set('receipt', { who, path: `${path}/receipt`, name: 'receipt' })
    }
    await context.close()
  }
  return [...found.values()]
}

const nameOf = (path: string) => path.replaceAll(/[^\w]+/g, '-').replaceAll(/^-|-$/g, '') || 'home'
