import { beforeEach, describe, expect, it, vi } from 'vitest'
import { processState } from '#lib/runtime/process-state.ts'
import { payoutStatuses } from '#lib/payouts/transitions.ts'

const world = vi.hoisted(() => ({
  getDeps: vi.fn(),
  getEnv: vi.fn(),
  counts: vi.fn(),
  lastCheck: vi.fn(),
  gateway: vi.fn(),
  standby: vi.fn(),
}))
vi.mock('#app/_server/deps.ts', () => ({ getDeps: world.getDeps, getEnv: world.getEnv }))
vi.mock('#app/_server/standby/health.ts', () => ({ standbyHealth: world.standby }))
vi.mock('#lib/runtime/deps.ts', () => import('#lib/db/engine/away.ts'))

const { GET } = await import('./route.ts')
const ready = await import('../health/ready/route.ts')
const live = await import('../health/live/route.ts')

const heartbeats = {
  beatWithinMs: () => Promise.resolve(true),
  markerUnwritable: () => Promise.resolve(false),
  clockDiffers: () => Promise.resolve(false),
}
const monitoring = {
  counts: world.counts,
  ping: () => Promise.resolve(),
  now: () => Promise.resolve(new Date()),
  migrationsPending: () => Promise.resolve(false),
  workUntaken: () => Promise.resolve(false),
}
const byStatus = { ...Object.fromEntries(payoutStatuses.map((status) => [status, 0])), paid: 3 }
const counts = {
  byStatus,
  ...{ openItems: 2, dueNow: 4, oldestDueAgeMs: 1500, mailsWaiting: 1, oldestMailAgeMs: 2500 },
  oldestAgeMs: { awaiting_approval: 60_000 },
  itemsByKind: [{ kind: 'locked_out', count: 2, oldestAgeMs: 3000 }],
  ...{ webhooksWaiting: 5, webhooksLateMs: 500, stopped: true, askingFirst: false },
}
const ask = (headers: Record<string, string>) =>
  GET(new Request('http://portal.test/api/metrics', { headers }))
const token = 'a-long-metrics-token'
const mark = 'the mark of this process'
const each = {
  endpointId: 2,
  silentSince: new Date(),
  lockedOutAt: null,
  lockOut: null,
  simulator: false,
  lastOkAt: null,
}
processState.directMark = mark

beforeEach(() => {
  vi.resetAllMocks()
  world.getDeps.mockResolvedValue({
    heartbeats,
    monitoring,
    clock: { monotonicMs: () => performance.now(), wallMs: () => Date.now() },
    ledger: { lastCheck: world.lastCheck },
    gatewayCondition: { read: world.gateway, readEach: () => Promise.resolve([each]) },
    log: { warn: vi.fn(), error: vi.fn(), info: vi.fn() },
  })
  world.getEnv.mockResolvedValue({ metricsToken: token })
  world.lastCheck.mockResolvedValue(null)
  world.standby.mockResolvedValue(null)
  world.gateway.mockResolvedValue({ silentSince: null, lastOkAt: null })
  world.counts.mockResolvedValue(counts)
})

describe('the metrics', () => {
  it('count payouts, open items, due work and mails in Prometheus’ format', async () => {
    const response = await ask({ Authorization: `Bearer ${token}` })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    const text = await response.text()
    for (const line of [
      '# TYPE payout_portal_payouts gauge',
      'payout_portal_payouts{status="paid"} 3',
      'payout_portal_payouts{status="outcome_unknown"} 0',
      'payout_portal_endpoint_silent{endpoint="2"} 1',
      'payout_portal_endpoint_locked_out{endpoint="2"} 0',
      'payout_portal_open_items 2',
      'payout_portal_open_items_by_kind{kind="locked_out"} 2',
      'payout_portal_oldest_item_age_seconds{kind="locked_out"} 3',
      'payout_portal_oldest_payout_age_seconds{status="awaiting_approval"} 60',
      'payout_portal_oldest_payout_age_seconds{status="paying"} 0',
      'payout_portal_oldest_mail_age_seconds 2.5',
      'payout_portal_webhooks_waiting 5',
      'payout_portal_webhooks_late_seconds 0.5',
      'payout_portal_payments_stopped 1',
      'payout_portal_asking_first 0',
      'payout_portal_callbacks_refused_total{reason="wrong_control"} 0',
      'payout_portal_due_payouts 4',
      'payout_portal_oldest_due_age_seconds 1.5',
      'payout_portal_mails_waiting 1',
      'payout_portal_worker_alive 1',
    ])
      expect(text.split('\n')).toContain(line)
    expect(text.endsWith('\n')).toBe(true)
  })

  it('say whether the money adds up, once it was computed', async () => {
    const read = async () => (await ask({ Authorization: `Bearer ${token}` })).text()
    expect(await read()).not.toContain('money_equation')
    for (const balanced of [true, false]) {
      world.lastCheck.mockResolvedValue({ balanced, checkedAt: new Date(1_700_000_000_000) })
      const lines = (await read()).split('\n')
      expect(lines).toContain(`payout_portal_money_equation_balanced ${balanced ? 1 : 0}`)
      expect(lines).toContain('payout_portal_money_equation_checked_timestamp_seconds 1700000000')
    }
  })

  it('say whether Cardzo answers, and when it last did', async () => {
    const read = async () => (await (await ask({ Authorization: `Bearer ${token}` })).text()).split('\n')
    expect(await read()).toContain('payout_portal_gateway_silent 0')
    const at = new Date(1_700_000_000_000)
    world.gateway.mockResolvedValue({ silentSince: at, lastOkAt: at })
    const lines = await read()
    expect(lines).toContain('payout_portal_gateway_silent 1')
    expect(lines).toContain('payout_portal_gateway_answered_timestamp_seconds 1700000000')
  })

  it('say whether a standby is read and how far it is behind, where one is set', async () => {
    const read = async () => (await ask({ Authorization: `Bearer ${token}` })).text()
    expect(await read()).not.toContain('standby')
    world.standby.mockResolvedValue({ state: 'behind', lagMs: 41_500 })
    const lines = (await read()).split('\n')
    expect(lines).toContain('payout_portal_standby_used 0')
    expect(lines).toContain('payout_portal_standby_lag_seconds 41.5')
    world.standby.mockResolvedValue({ state: 'away', lagMs: null })
    expect(await read()).not.toContain('standby_lag')
  })

  it('can be asked for again and again', async () => {
    await ask({ Authorization: `Bearer ${token}` })
    expect((await ask({ Authorization: `Bearer ${token}` })).status).toBe(200)
  })

  it.each([{}, { Authorization: 'Bearer wrong' }, { Authorization: token }, { 'x-client-direct': 'mark' }])(
    'are not for %j when a token is set',
    async (headers) => {
      expect((await ask(headers as Record<string, string>)).status).toBe(401)
      expect(world.counts).not.toHaveBeenCalled()
    },
  )

  it('need no token from a caller that our listener has marked as this machine', async () => {
    world.getEnv.mockResolvedValue({ metricsToken: undefined })
    expect((await ask({ 'x-client-direct': mark })).status).toBe(200)
  })

  it.each([
    {},
    { 'x-client-ip': '127.0.0.1' },
    { 'x-client-direct': '' },
    { 'x-client-direct': 'yes' },
    { 'x-forwarded-for': '127.0.0.1' },
  ])('are not for %j without a token', async (headers) => {
    world.getEnv.mockResolvedValue({ metricsToken: undefined })
    expect((await ask(headers as Record<string, string>)).status).toBe(403)
    // The framework alone, without our listener, marks nobody.
    delete processState.directMark
    expect((await ask(headers as Record<string, string>)).status).toBe(403)
    processState.directMark = mark
  })

  it('are a 503 while the database is away', async () => {
    world.counts.mockRejectedValue(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }))
    expect((await ask({ Authorization: `Bearer ${token}` })).status).toBe(503)
  })
})

describe('the health of the installation', () => {
  it('is ready when everything is there', async () => {
    const response = await ready.GET()
    expect([response.status, await response.json()]).toEqual([
      200,
      {
        ready: true,
        checks: {
          ...{ database: 'ok', migrations: 'ok', worker: 'ok', marker: 'ok', work: 'ok', clock: 'ok' },
          standby: 'none',
        },
      },
    ])
  })

  it('is a 503 with the reason when something is missing', async () => {
    world.getDeps.mockResolvedValue({
      heartbeats: { ...heartbeats, beatWithinMs: () => Promise.resolve(false) },
      monitoring,
    })
    const response = await ready.GET()
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ ready: false, checks: { worker: 'silent' } })
  })

  it('is a bare 503 when the dependencies cannot be composed', async () => {
    world.getDeps.mockRejectedValue(new Error('AUTH_SECRET: is missing'))
    const response = await ready.GET()
    expect(response.status).toBe(503)
    expect(await response.text()).not.toContain('AUTH_SECRET')
  })

  it('says that the process lives, and asks nothing else', async () => {
    world.getDeps.mockRejectedValue(new Error('away'))
    expect([live.GET().status, await live.GET().json()]).toEqual([200, { live: true }])
  })
})
