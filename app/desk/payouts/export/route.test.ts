import Papa from 'papaparse'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Payout } from '#lib/services/ports.ts'
import type { ReadStores } from '#lib/services/standby/ports.ts'
import { wordsFor } from '#lib/words/words.ts'

const world = vi.hoisted(() => ({
  getDeps: vi.fn(),
  currentActor: vi.fn(),
  list: vi.fn(),
  sums: vi.fn(),
  audit: vi.fn(),
  localeHere: vi.fn(),
  asOf: null as Date | null,
}))
vi.mock('#app/_server/deps.ts', () => ({ getDeps: world.getDeps }))
vi.mock('#app/_server/session.ts', () => ({ currentActor: world.currentActor }))
vi.mock('#app/_server/locale.ts', () => ({
  localeHere: world.localeHere,
  zoneHere: () => Promise.resolve(null),
}))
vi.mock('#app/_server/standby/reads.ts', async () => {
  const { fromPrimary } = await import('#lib/services/standby/ports.ts')
  return {
    openReads: async () => {
      const { stores } = await fromPrimary((await world.getDeps()) as ReadStores)()
      return () => Promise.resolve({ stores, asOf: world.asOf })
    },
  }
})
vi.mock('#lib/runtime/deps.ts', () => import('#lib/db/engine/away.ts'))

const { GET, POST } = await import('./route.ts')

const clerk = { kind: 'user', id: 'user-1', role: 'clerk', name: 'Clara', receiverId: null }
const payout = (facts: Partial<Payout> = {}) =>
  ({
    id: 'payout-1',
    createdAt: new Date('2026-11-23T10:00:00.000Z'),
    status: 'rejected',
    amountMinor: 123450n,
    currency: 'EUR',
    receiver: {
      id: 'r',
      externalId: 'cust-42',
      email: 'ada@example.com',
      firstName: 'Ada',
      lastName: 'Nowak',
    },
    accountLast4: '3000',
    destination: { bank_name: 'Example Bank' },
    stageSince: new Date('2026-11-23T10:05:00.000Z'),
    source: 'desk',
    clientOrderId: 'po-1',
    orderId: '6768788',
    gatewayStatus: null,
    requestedById: 'user-1',
    apiKeyId: null,
    approvedById: null,
    policyNote: null,
    finalAt: null,
    failureMessage: null,
    gatewayCode: null,
    risk: null,
    description: null,
    endpointId: 2,
    ...facts,
  }) as Payout

beforeEach(() => {
  vi.resetAllMocks()
  world.currentActor.mockResolvedValue(clerk)
  world.localeHere.mockResolvedValue('en')
  world.list.mockResolvedValue({ rows: [payout()], nextCursor: null })
  world.sums.mockResolvedValue([{ currency: 'EUR', status: 'paid', count: 5_000, amountMinor: 1n }])
  world.getDeps.mockResolvedValue({
    payouts: { list: world.list, sums: world.sums },
    people: {
      audit: world.audit,
      listUsers: () => Promise.resolve([{ id: 'user-1', name: 'Clara' }]),
    },
    keys: { list: () => Promise.resolve([{ id: 'key-1', name: 'shop' }]) },
    endpoints: { book: () => Promise.resolve({ endpoints: [{ id: 2, name: 'Dollars' }], routes: [] }) },
    log: { warn: vi.fn(), error: vi.fn(), info: vi.fn() },
  })
})

const ask = (query = '') => GET(new Request(`http://portal.test/desk/payouts/export${query}`))
const quoted = (row: string) =>
  row
    .split(',')
    .map((cell) => `"${cell}"`)
    .join(',')
/** Records of a file whose cells hold no line break. */
const records = async (response: Response) => (await response.text()).trimEnd().split('\r\n')

describe('the export of the payout list', () => {
  it('is a dated file with one row for each payout, in UTC', async () => {
    const response = await ask()
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(response.headers.get('content-disposition')).toMatch(
      /^attachment; filename="payouts-\d{4}-\d\d-\d\d\.csv"$/,
    )
    expect(await records(response)).toEqual([
      quoted(
        'id,created_at_utc,receiver_external_id,receiver_name,receiver_email,bank,account_last4,status,status_since_utc,amount,currency',
      ),
      quoted(
        'payout-1,2026-11-23T10:00:00.000Z,cust-42,Ada Nowak,ada@example.com,Example Bank,3000,rejected,2026-11-23T10:05:00.000Z,1234.50,EUR',
      ),
    ])
  })

  it('says of which moment it is', async () => {
    world.asOf = new Date('2026-11-23T10:00:05.000Z')
    for (const format of ['csv', 'xlsx'])
      expect((await ask(`?format=${format}`)).headers.get('last-modified')).toBe(
        'Mon, 23 Nov 2026 10:00:05 GMT',
      )
    world.asOf = null
    const before = Math.floor(Date.now() / 1_000) * 1_000
    expect(Date.parse((await ask('')).headers.get('last-modified') ?? '')).toBeGreaterThanOrEqual(before)
  })

  it('has the columns of the screen, in their order', async () => {
    expect(await records(await ask('?columns=amount,code,endpoint,ended'))).toEqual([
      quoted('id,amount,currency,error_code,failure_message,endpoint,endpoint_name,final_at_utc'),
      quoted('payout-1,1234.50,EUR,,,2,Dollars,'),
    ])
  })

  it('speaks the language of the reader in its heads', async () => {
    world.localeHere.mockResolvedValue('ru')
    expect((await records(await ask('?columns=amount')))[0]).toContain(quoted('номер,сумма,валюта'))
  })

  it('is a spreadsheet when one is asked for', async () => {
    const response = await ask('?format=xlsx')
    expect(response.headers.get('content-disposition')).toMatch(/\.xlsx"$/)
    expect(
      Buffer.from(await response.arrayBuffer())
        .subarray(0, 2)
        .toString(),
    ).toBe('PK')
  })

  it.each([
    ['too long', [{ currency: 'EUR', status: 'paid', count: 5_001, amountMinor: 1n }]],
    ['too long to count', null],
  ])('leads to the files that are made in the background when it is %s', async (_what, sums) => {
    world.sums.mockResolvedValue(sums)
    const response = await ask('?status=paid&format=xlsx')
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe('/desk/payouts/files?status=paid&format=xlsx')
    expect(world.audit).not.toHaveBeenCalled()
  })

  it('is a header alone when nothing is found', async () => {
    world.list.mockResolvedValue({ rows: [], nextCursor: null })
    expect(await (await ask()).text()).toMatch(/^\uFEFF?"id","created_at_utc",[^\n]*"\r\n$/)
  })

  it('begins with the byte order mark that Excel needs for UTF-8', async () => {
    expect([...new Uint8Array(await (await ask()).arrayBuffer()).subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
  })

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])(
    'keeps the formula %j from running',
    async (text) => {
      world.list.mockResolvedValue({ rows: [payout({ failureMessage: text })], nextCursor: null })
      expect(await (await ask('?columns=code')).text()).toMatch(/,"?'[=+\-@\t\r]/)
    },
  )

  const signs = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '−']
  const before = ['', ' ', '\u00a0', '\u3000', '\u200b', '\ufeff', '\t', '"', "'", '\r\n']
  it('keeps every formula from running, after any blank, in full width, and in cells that other programs split', async () => {
    for (const sign of signs)
      for (const blank of before)
        for (const separator of ['', 'x;', 'x\t', 'x\n', 'x;y;'] as const) {
          const failureMessage = `${separator}${blank}${sign}1+1`
          world.list.mockResolvedValue({ rows: [payout({ failureMessage })], nextCursor: null })
          const [, row] = Papa.parse<string[]>(await (await ask('?columns=code')).text(), {
            delimiter: ',',
          }).data
          const cell = row?.at(-1) ?? ''
          // As a spreadsheet with other separators, or pasting, splits it.
          for (const part of cell.split(/[;\t\r\n]/))
            expect(part).not.toMatch(/^[\s\p{C}"]*[=+\-@＝＋－＠−]/u)
          expect(cell.replaceAll("'", '')).toBe(failureMessage.replaceAll("'", ''))
        }
  })

  it('is in the audit trail, with its filter, before the first row leaves', async () => {
    await ask('?status=paid&search=ada')
    expect(world.audit).toHaveBeenCalledWith('payouts_exported', clerk, null, {
      statuses: ['paid'],
      search: 'ada',
      format: 'csv',
      columns: ['created', 'receiver', 'account', 'status', 'age', 'amount'],
    })
    world.list.mockClear()
    world.audit.mockRejectedValueOnce(Object.assign(new Error('x'), { code: 'P1001' }))
    expect((await ask()).status).toBe(503)
    expect(world.list).not.toHaveBeenCalled()
  })

  it('keeps quotes, commas and line breaks inside their cell', async () => {
    world.list.mockResolvedValue({
      rows: [payout({ failureMessage: 'He said "no",\nthen left' })],
      nextCursor: null,
    })
    expect(await (await ask('?columns=code')).text()).toContain(',"He said ""no"",\nthen left"\r\n')
  })

  it('names API keys and the policy', async () => {
    const policyNote = { autoApproveBelow: '500.00', currency: 'EUR', approved: true, why: 'below' }
    world.list.mockResolvedValue({
      rows: [payout({ requestedById: null, apiKeyId: 'key-1', policyNote })],
      nextCursor: null,
    })
    expect((await records(await ask('?columns=source,approver')))[1]).toContain(',"API key shop","policy"')
  })

  it('filters like the list, and reads page after page', async () => {
    world.list
      .mockResolvedValueOnce({ rows: [payout()], nextCursor: '9' })
      .mockResolvedValueOnce({ rows: [payout({ id: 'payout-2' })], nextCursor: null })
    const lines = await records(await ask('?status=paid&status=rejected&search=ada'))
    expect(lines.map((line) => line.split(',')[0])).toEqual(['"id"', '"payout-1"', '"payout-2"'])
    const filter = { statuses: ['paid', 'rejected'], search: 'ada' }
    expect(world.list).toHaveBeenNthCalledWith(1, filter, { limit: 500, cursor: undefined, sort: 'newest' })
    expect(world.list).toHaveBeenNthCalledWith(2, filter, { limit: 500, cursor: '9', sort: 'newest' })
  })

  it('breaks off instead of ending early when the database goes away halfway', async () => {
    world.list
      .mockResolvedValueOnce({ rows: [payout()], nextCursor: '9' })
      .mockRejectedValueOnce(Object.assign(new Error('x'), { code: '57P01' }))
    const response = await ask()
    await expect(response.text()).rejects.toThrow()
  })

  it('is not for strangers, nor for receivers', async () => {
    world.currentActor.mockResolvedValueOnce({ kind: 'stranger' })
    expect((await ask()).status).toBe(401)
    world.currentActor.mockResolvedValueOnce({ ...clerk, role: 'receiver' })
    expect((await ask()).status).toBe(403)
    expect(world.list).not.toHaveBeenCalled()
  })

  it('refuses a status that does not exist', async () => {
    expect((await ask('?status=gone')).status).toBe(400)
  })

  it('takes no other method, and says so in the language of the browser', async () => {
    const headers = { 'accept-language': 'ru' }
    const refused = POST(new Request('http://localhost/desk/payouts/export', { method: 'POST', headers }))
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS'])
    expect(await refused.text()).toContain(wordsFor('ru', 'errors')('bare.readOnly.text'))
  })

  it('is a 503 while the database is away', async () => {
    world.list.mockRejectedValue(Object.assign(new Error('x'), { code: 'P1001' }))
    expect((await ask()).status).toBe(503)
  })
})
