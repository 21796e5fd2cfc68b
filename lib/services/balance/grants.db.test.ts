/**
 * Grants by systems, clerks, files and the operator, once each, and taken back with a reason. One file, because the ways in must agree.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '#lib/payouts/permissions.ts'
import { createPayout } from '#lib/services/payout/create-payout.ts'
import type { Act } from '#lib/services/ports.ts'
import { createTestPortal, sampleRequest, system } from '#lib/services/testing/portal.ts'
import { fileProblemText } from '#lib/words/grant-file-text.ts'
import { createGrant } from './create-grant.ts'
import { importGrants } from './import-grants.ts'
import { reverseGrant } from './reverse-grant.ts'
import { showBalance } from './show-balance.ts'
import { listGrants, searchBalances, showBalancesOf, showReceiverBalances } from './show-balances.ts'

const operator = { kind: 'operator', name: 'test' } as const
const clerk: Actor = { kind: 'user', id: randomUUID(), role: 'clerk', name: 'Clara', receiverId: null }
const admin: Actor = { kind: 'user', id: randomUUID(), role: 'admin', name: 'Adrian', receiverId: null }

let portal: Awaited<ReturnType<typeof createTestPortal>>
/** The acts that codes were taken for. */
const proven: Act[] = []
beforeAll(async () => {
  portal = await createTestPortal()
  const { verify } = portal.deps.secondFactor
  portal.deps.secondFactor.verify = (user, code, act) => {
    if (act.kind !== 'sign_in') proven.push(act)
    return verify(user, code, act)
  }
})
afterAll(() => portal.close())

const body = (more: Record<string, unknown> = {}) => ({
  receiver: { externalId: randomUUID() },
  currency: 'EUR',
  amount: '25.50',
  reference: randomUUID(),
  ...more,
})
const byApi = (given: unknown, idempotencyKey: string | null = randomUUID()) =>
  createGrant(portal.deps, system, { body: given, idempotencyKey })
const byDesk = (given: unknown, code = '123456') => createGrant(portal.deps, clerk, { body: given, code })
const byOperator = (given: unknown) => createGrant(portal.deps, operator, { body: given })

async function granted(given: unknown) {
  const answer = await byOperator(given)
  if (!answer.ok) throw new Error(answer.code)
  return answer.grant
}
const balancesOf = (externalId: string) => showBalancesOf(portal.deps, system, { externalId })

describe('a grant', () => {
  it('records which way it came', async () => {
    for (const [way, source] of [
      [byApi, 'api'],
      [byDesk, 'desk'],
      [byOperator, 'operator'],
    ] as const) {
      const given = body()
      expect(await way(given)).toMatchObject({
        ok: true,
        replayed: false,
        grant: { amount: '25.50', currency: 'EUR', reference: given.reference, source, reversedAt: null },
      })
      expect(await balancesOf(given.receiver.externalId)).toMatchObject({
        balances: [{ currency: 'EUR', granted: '25.50', available: '25.50', reserved: '0.00', paid: '0.00' }],
      })
    }
  })

  it('with the same reference is the same grant, whichever way it comes again', async () => {
    const given = body()
    const first = await byApi(given)
    for (const again of [byApi, byDesk, byOperator])
      expect(await again({ ...given, amount: '25.5' })).toEqual({ ...first, replayed: true })
    for (const other of [{ amount: '25.51' }, { currency: 'USD' }, { receiver: { externalId: 'x' } }])
      expect(await byOperator({ ...given, ...other })).toMatchObject({
        code: 'grant_reference_reused',
        detail: { code: 'gave', amount: '25.50 EUR', receiver: given.receiver.externalId },
      })
  })

  it('with the same key is the same grant, even after the configuration changed', async () => {
    const [key, given] = [randomUUID(), body()]
    const first = await byApi(given, key)
    const all = await Promise.all(Array.from({ length: 10 }, () => byApi(given, key)))
    for (const one of all) expect(one).toEqual({ ...first, replayed: true })
    expect(await byApi({ ...given, reference: randomUUID() }, key)).toMatchObject({
      code: 'idempotency_key_reused',
    })
    expect(await byApi({}, key)).toMatchObject({ code: 'idempotency_key_reused' })
    const { config } = portal.deps
    portal.deps.config = { ...config, currencies: ['JPY'] }
    expect(await byApi(given, key)).toEqual({ ...first, replayed: true })
    portal.deps.config = config
    for (const bad of [null, '', 'k'.repeat(256)])
      expect(await byApi(body(), bad)).toMatchObject({ code: 'idempotency_key_required' })
    // Twenty at once with one key make one grant.
    const [twin, request] = [randomUUID(), body()]
    const twins = await Promise.all(Array.from({ length: 20 }, () => byApi(request, twin)))
    expect(twins.filter((one) => one.ok && !one.replayed)).toHaveLength(1)
    expect(twins.filter((one) => one.ok)).toHaveLength(20)
  })

  it.each([
    [{ amount: '0' }, 'amount'],
    [{ amount: '-1' }, 'amount'],
    [{ amount: '1.001' }, 'amount'],
    [{ amount: 5 }, 'amount'],
    [{ currency: 'GBP' }, 'currency'],
    [{ currency: 'eur' }, 'currency'],
    [{ reference: ' ' }, 'reference'],
    [{ reference: 'r'.repeat(129) }, 'reference'],
    [{ reference: 'a\nb' }, 'reference'],
    [{ receiver: {} }, 'receiver.externalId'],
    [{ receiver: { externalId: 'x', email: 'nobody' } }, 'receiver.email'],
    [{ note: 'x' }, 'note'],
  ])('with %j is refused at %s, and uses up no key and no code', async (wrong, path) => {
    const key = randomUUID()
    proven.length = 0
    const refused = await byApi(body(wrong), key)
    expect(refused).toMatchObject({ code: 'invalid_request', errors: [{ path }] })
    expect(await byDesk(body(wrong))).toMatchObject({ code: 'invalid_request' })
    expect(proven).toEqual([])
    expect(await byApi(body(), key)).toMatchObject({ ok: true, replayed: false })
  })

  it('at the desk needs a code for exactly this grant, checked last', async () => {
    proven.length = 0
    const given = body({ receiver: { externalId: 'cust-9', firstName: 'Ada' }, reference: 'bonus-9' })
    expect(await byDesk(given, '')).toMatchObject({ code: 'step_up_required' })
    expect(await byDesk(given, 'nonsense')).toMatchObject({ code: 'wrong_code' })
    expect(await balancesOf('cust-9')).toMatchObject({ code: 'not_found' })
    expect(await byDesk(given)).toMatchObject({ ok: true })
    expect(await byDesk(body({ receiver: { externalId: 'cust-9', firstName: 'Eve' } }))).toMatchObject({
      code: 'receiver_mismatch',
    })
    expect(proven.map(({ kind, subject }) => `${kind}: ${subject}`)).toEqual(
      Array<string>(2).fill('grant: bonus-9 2550 EUR cust-9'),
    )
  })

  it('needs the scope of its key', async () => {
    const reader: Actor = { ...system, scopes: ['payouts:write', 'payouts:read', 'balances:read'] } as Actor
    const input = { body: body(), idempotencyKey: randomUUID() }
    expect(await createGrant(portal.deps, reader, input)).toMatchObject({ code: 'forbidden' })
    const writer: Actor = { ...system, scopes: ['grants:write'] } as Actor
    expect(await listGrants(portal.deps, writer, {})).toMatchObject({ code: 'forbidden' })
    expect(await createGrant(portal.deps, writer, input)).toMatchObject({ ok: true })
  })
})

describe('a reversal', () => {
  it('needs a reason, a code, and the whole amount still there', async () => {
    const given = body({ receiver: { externalId: randomUUID(), firstName: 'Ada' } })
    const { id, receiver } = await granted(given)
    const reverse = (more: object = {}) =>
      reverseGrant(portal.deps, admin, { id, reason: 'a slip', code: '123456', ...more })
    expect(await reverse({ reason: ' ' })).toMatchObject({ code: 'reason_required' })
    expect(await reverse({ code: '' })).toMatchObject({ code: 'step_up_required' })
    expect(await reverse({ id: randomUUID() })).toMatchObject({ code: 'not_found' })
    expect(await reverse({ id: 'x' })).toMatchObject({ code: 'not_found' })
    await portal.deps.settings.change({ requireBalanceMerchant: true }, operator)
    const request = { ...sampleRequest, amount: '5.50', receiver: given.receiver }
    const asked = await createPayout(portal.deps, system, { idempotencyKey: randomUUID(), body: request })
    await portal.deps.settings.change({ requireBalanceMerchant: false }, operator)
    if (!asked.ok) throw new Error(asked.code)
    expect(await reverse()).toMatchObject({
      code: 'not_available',
      detail: { code: 'available', amount: '20.00 EUR' },
    })
    const payout = await portal.payout(asked.payout.id)
    await portal.deps.payouts.advance(payout, { move: 'cancel' }, operator, { kind: 'taken_back' })
    proven.length = 0
    expect(await reverse()).toEqual({ ok: true })
    expect(proven).toEqual([{ kind: 'grant', subject: `reverse ${id}` }])
    expect(await reverse()).toMatchObject({ code: 'already_reversed' })
    expect(await balancesOf(receiver.externalId)).toMatchObject({ balances: [{ granted: '0.00' }] })
    expect(await listGrants(portal.deps, system, { receiver: receiver.externalId })).toMatchObject({
      data: [{ id, reversedAt: expect.any(String) as string }],
    })
  })
})

describe('a file', () => {
  const header = 'receiver,currency,amount,reference,email,first_name'
  const file = (...rows: string[]) => [header, ...rows].join('\n')
  const dryRun = (content: string) => importGrants(portal.deps, clerk, { content, apply: false, code: '' })
  const apply = (content: string, code = '123456') =>
    importGrants(portal.deps, clerk, { content, apply: true, code })

  it('is checked first: sums per currency, known rows, nothing granted', async () => {
    const known = body({ reference: 'known-1' })
    await granted(known)
    const content = file(
      'cust-21,EUR,10.00,f-1,,',
      'cust-21,eur,5.50,f-2,,',
      'cust-22,JPY,700,f-3,ben@example.com,Ben',
      `${known.receiver.externalId},EUR,25.50,known-1,,`,
    )
    expect(await dryRun(content)).toEqual({
      ok: true,
      applied: false,
      made: 0,
      report: {
        problems: [],
        sums: [
          { currency: 'EUR', count: 2, amountMinor: 1550n },
          { currency: 'JPY', count: 1, amountMinor: 700n },
        ],
        rows: 4,
        known: 1,
        newReceivers: ['cust-21', 'cust-22'],
      },
    })
    expect(await balancesOf('cust-21')).toMatchObject({ code: 'not_found' })
    expect(await apply(content, '')).toMatchObject({ code: 'step_up_required' })
    expect(await apply(content)).toMatchObject({ ok: true, applied: true, made: 3 })
    // The same file again grants nothing and needs no code.
    expect(await apply(content, '')).toMatchObject({ ok: true, applied: true, made: 0, report: { known: 4 } })
    expect(await balancesOf('cust-21')).toMatchObject({ balances: [{ granted: '15.50' }] })
    expect(await listGrants(portal.deps, system, { receiver: 'cust-22' })).toMatchObject({
      data: [{ source: 'csv', amount: '700' }],
    })
  })

  it('reports everything that is wrong by line, and is not applied with any error', async () => {
    await granted(body({ reference: 'taken-1' }))
    await granted(body({ receiver: { externalId: 'cust-31', email: 'ada@example.com' } }))
    const content = file(
      'cust-30,EUR,10.00,w-1,,',
      'cust-30,EUR,"10,00",w-2,,',
      'cust-30,GBP,0,w-3,,',
      ',EUR,1,,,',
      'cust-30,EUR,1,w-1,,',
      'cust-30,EUR,1,taken-1,,',
      'cust-31,EUR,1,w-4,eve@example.com,',
      'cust-32,EUR,1,w-5,not-an-address,',
      'cust-33,EUR,1,w-6,one@example.com,Ada',
      'cust-33,EUR,1,w-7,two@example.com,Ada',
    )
    const answer = await dryRun(content)
    if (!answer.ok) throw new Error(answer.code)
    const lines = answer.report.problems.map((one) => `${one.line} ${fileProblemText('en', one)}`)
    expect(lines).toEqual([
      '3 amount: Enter an amount, for example 100.50.',
      '4 currency: Choose one of EUR, USD, JPY.',
      '4 amount: Enter an amount greater than zero.',
      expect.stringMatching(/^5 receiver: /),
      expect.stringMatching(/^5 reference: /),
      '6 reference: It’s already in line 2.',
      '7 reference: It belongs to another grant. Use a new one.',
      '8 receiver: We know this receiver by another name or email.',
      '9 email: Enter an email address, for example ada@example.com.',
      '11 receiver: A line above has another name or email.',
    ])
    expect(await apply(content)).toMatchObject({ code: 'grant_file_wrong' })
    expect(await portal.deps.ledger.receivers(['cust-30', 'cust-32', 'cust-33'])).toEqual([])
  })

  it('is applied whole or not at all, even if somebody grants between check and apply', async () => {
    const content = file('cust-40,EUR,1,o-1,,', 'cust-41,EUR,1,o-2,,')
    const { findGrants } = portal.deps.ledger
    portal.deps.ledger.findGrants = async (references) => {
      const found = await findGrants(references)
      portal.deps.ledger.findGrants = findGrants
      await granted(body({ reference: 'o-2', amount: '7' }))
      return found
    }
    expect(await apply(content)).toMatchObject({
      code: 'grant_file_wrong',
      detail: { code: 'row', reference: 'o-2' },
    })
    expect(await balancesOf('cust-40')).toMatchObject({ code: 'not_found' })
  })

  it('with five thousand rows is checked and applied', async () => {
    const content = file(...Array.from({ length: 5000 }, (_, n) => `bulk-${n % 500},EUR,1.00,bulk-r-${n},,`))
    expect(await apply(content)).toMatchObject({ ok: true, made: 5000 })
    expect(await portal.deps.ledger.check()).toMatchObject({ balanced: true })
  }, 120_000)

  it('is refused from systems', async () => {
    const input = { content: file('cust-50,EUR,1,s-1,,'), apply: false, code: '' }
    expect(await importGrants(portal.deps, system, input)).toMatchObject({ code: 'forbidden' })
  })
})

describe('what is shown', () => {
  it('to a receiver is their own, with the payouts behind each number', async () => {
    const email = `${randomUUID()}@example.com`
    const draft = { id: randomUUID(), email, name: 'Ada', role: 'receiver' as const }
    const user = await portal.deps.people.createUser(
      { ...draft, passwordHash: null, totpSecret: null },
      operator,
    )
    if (user === 'email_taken') throw new Error('taken')
    const ada: Actor = {
      kind: 'user',
      id: user.id,
      role: 'receiver',
      name: 'Ada',
      receiverId: user.receiverId,
    }
    await granted(body({ receiver: { externalId: email } }))
    const shown = await showBalance(portal.deps, ada)
    expect(shown).toMatchObject({
      ok: true,
      needsBalance: false,
      balances: [{ currency: 'EUR', grantedMinor: 2550n }],
      grants: [{ amountMinor: 2550n }],
      reserved: [],
      paid: [],
      limits: [],
    })
  })

  it('to staff is found by external id, name and e-mail, with its details', async () => {
    const externalId = `find-${randomUUID()}`
    const { receiver } = await granted(
      body({ receiver: { externalId, email: `${externalId}@x.example`, firstName: 'Zoë' } }),
    )
    for (const search of [externalId, externalId.toUpperCase(), `${externalId}@x`, 'zoë'])
      expect(await searchBalances(portal.deps, clerk, { search })).toMatchObject({
        receivers: [{ externalId, balances: [{ availableMinor: 2550n }] }],
        isCut: false,
      })
    // Wildcards are plain text here.
    expect(await searchBalances(portal.deps, clerk, { search: '%find-_' })).toMatchObject({ receivers: [] })
    expect(await showReceiverBalances(portal.deps, clerk, { receiverId: receiver.id })).toMatchObject({
      receiver: { externalId },
      grants: [{ amountMinor: 2550n }],
      transfers: [{ kind: 'grant' }],
    })
    for (const receiverId of ['x', randomUUID()])
      expect(await showReceiverBalances(portal.deps, clerk, { receiverId })).toMatchObject({
        code: 'not_found',
      })
  })
})
