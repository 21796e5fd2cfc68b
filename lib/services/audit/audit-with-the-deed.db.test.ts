/** An act and its row in the audit trail are one: where the row can't be written, nothing is done and nothing is shown. */
import { randomUUID } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createSecondFactorStore } from '#lib/db/sign-in/second-factor-store.ts'
import { createVault } from '#lib/db/seal/vault.ts'
import { createSecondFactor } from '#lib/runtime/second-factor.ts'
import { apiScopes } from '#lib/payouts/permissions.ts'
import type { Actor, Role } from '#lib/payouts/permissions.ts'
import { approveMany, hashOfSet } from '#lib/services/approval/approve-many.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { createPayout } from '#lib/services/payout/create-payout.ts'
import { createUser } from '#lib/services/people/create-user.ts'
import { finishSignIn } from '#lib/services/sign-in/finish-sign-in.ts'
import { exportDeskPayouts } from '#lib/services/standby/list-desk-payouts.ts'
import { hashToken } from '#lib/services/payout/links.ts'
import type { Deps, Payout } from '#lib/services/ports.ts'
import { requestSignInLink } from '#lib/services/sign-in/request-sign-in-link.ts'
import { reseal } from '#lib/services/seal/reseal.ts'
import { revealDestination } from '#lib/services/destination/reveal-destination.ts'
import { setUpFactor } from '#lib/services/sign-in/set-up-factor.ts'
import { actorOf, freshToken } from '#lib/services/sign-in/sessions.ts'
import { signIn } from '#lib/services/sign-in/sign-in.ts'
import { signOut } from '#lib/services/sign-in/sign-out.ts'
import { startComparison } from '#lib/services/safety/start-comparison.ts'
import { createTestPortal, sampleRequest, seen } from '#lib/services/testing/portal.ts'
import { useSignInLink } from '#lib/services/sign-in/use-sign-in-link.ts'

const operator: Actor = { kind: 'operator', name: 'test' }
const stranger: Actor = { kind: 'stranger' }
const from = { ip: '192.0.2.1', userAgent: 'test' }
const password = 'correct horse'
const totpSecret = 'JBSWY3DPEHPK3PXP'
const code = '123456'

// The one that the test portal uses.
const testVault = createVault([{ id: 'test', key: Buffer.alloc(32, 7) }])

let portal: Awaited<ReturnType<typeof createTestPortal>>
let deps: Deps
beforeAll(async () => {
  portal = await createTestPortal()
  deps = portal.deps
  await portal.prisma.$executeRawUnsafe('CREATE TABLE not_written (kind text)')
  await portal.prisma.$executeRawUnsafe(`
    CREATE FUNCTION not_written() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (SELECT FROM not_written n WHERE n.kind = NEW.kind) THEN RAISE EXCEPTION 'the audit trail is full'; END IF;
      RETURN NEW;
    END $$`)
  await portal.prisma.$executeRawUnsafe(
    'CREATE TRIGGER not_written BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION not_written()',
  )
  portal.startWorker()
})
afterEach(() => portal.prisma.$executeRawUnsafe('DELETE FROM not_written'))
afterAll(() => portal.close())

const refuseRows = (kind: string) =>
  portal.prisma.$executeRaw`INSERT INTO not_written (kind) VALUES (${kind})`
const fails = (what: Promise<unknown>) => expect(what).rejects.toThrow('the audit trail is full')
const rows = (kind: string, subject: string) =>
  portal.prisma.auditEvent.findMany({ where: { kind, subject }, orderBy: { id: 'asc' } })

async function person(role: Role, factor: string | null = role === 'receiver' ? null : totpSecret) {
  const email = `${randomUUID()}@demo.example`
  const made = await createUser(deps, operator, {
    email,
    role,
    password,
    ...(factor !== null && { totpSecret: factor }),
  })
  const user = made.ok ? await deps.people.findUserByEmail(email) : null
  if (!user) throw new Error('not made')
  return user
}
async function attemptOf(email: string) {
  const half = await signIn(deps, stranger, { email, password, ...from })
  if (!half.ok || half.step === 'in') throw new Error('no attempt')
  return half.attempt
}
const actorId = (actor: Actor) => (actor.kind === 'user' ? actor.id : '')
const sessionsOf = (userId: string) => portal.prisma.session.count({ where: { userId } })
const waiting = async (): Promise<Payout> => portal.until(await portal.ask(), 'awaiting_approval')

describe('where the row cannot be written', () => {
  it('nobody is signed in: by password, mail link, code, or a first authenticator', async () => {
    const [receiver, clerk] = [await person('receiver'), await person('clerk')]
    const link = freshToken()
    await deps.signIn.createSignInLink(
      { tokenHash: hashToken(link), userId: receiver.id, lifetimeMs: 60_000, ip: null },
      { to: receiver.email, dedupeKey: link, subject: 'Your link', text: 'Here' },
      stranger,
    )
    const newcomer = await person('clerk', null)
    const [known, first] = [await attemptOf(clerk.email), await attemptOf(newcomer.email)]
    await refuseRows('signed_in')
    await fails(signIn(deps, stranger, { email: receiver.email, password, ...from }))
    await fails(useSignInLink(deps, stranger, { token: link, ...from }))
    await fails(finishSignIn(deps, stranger, { attempt: known, code, ...from }))
    await fails(setUpFactor(deps, stranger, { attempt: first, code, ...from }))
    for (const { id } of [receiver, clerk, newcomer]) expect(await sessionsOf(id)).toBe(0)
  })

  it('nobody is signed out, so that the session is still there to be ended', async () => {
    const receiver = await person('receiver')
    const inside = await signIn(deps, stranger, { email: receiver.email, password, ...from })
    if (!inside.ok || inside.step !== 'in') throw new Error('not in')
    await refuseRows('signed_out')
    await fails(signOut(deps, stranger, inside))
    expect(await portal.prisma.session.count({ where: { userId: receiver.id, endedAt: null } })).toBe(1)
  })

  it('no sign-in link is made or mailed', async () => {
    const { id, email } = await person('receiver')
    await refuseRows('sign_in_link_sent')
    const failed = Promise.withResolvers<unknown>()
    const log = { ...deps.log, error: ({ err }: Record<string, unknown>) => failed.resolve(err) }
    expect(await requestSignInLink({ ...deps, log }, stranger, { email, ip: null })).toEqual({ ok: true })
    expect(await failed.promise).toMatchObject({
      message: expect.stringContaining('the audit trail is full') as string,
    })
    expect(await portal.prisma.signInLink.count({ where: { userId: id } })).toBe(0)
    expect(await portal.prisma.mail.count({ where: { recipient: email } })).toBe(0)
  })

  it('no account number is shown, and no timeline says that it was', async () => {
    const { id } = await waiting()
    const approver = await portal.approver()
    await refuseRows('destination_revealed')
    await fails(revealDestination(deps, approver, { id, code }))
    expect((await deps.payouts.timeline(id)).map(({ kind }) => kind)).not.toContain('revealed')
  })

  it('no list of payouts leaves', async () => {
    const approver = await portal.approver()
    await refuseRows('payouts_exported')
    await fails(exportDeskPayouts(deps, approver, { columns: [], format: 'csv' }))
  })

  it('no comparison begins', async () => {
    const before = await portal.prisma.comparison.count()
    const admin = actorOf(await person('admin'))
    await refuseRows('comparison_started')
    await fails(startComparison(deps, admin))
    expect(await portal.prisma.comparison.count()).toBe(before)
  })

  it('nothing is sealed under another key', async () => {
    const asked: number[] = []
    const seals: Deps['seals'] = {
      reseal: (batch, signal) => {
        asked.push(batch)
        return deps.seals.reseal(batch, signal)
      },
    }
    await refuseRows('data_keys_reseal_begun')
    await fails(reseal({ ...deps, seals }, operator))
    expect(asked).toEqual([])
  })

  it('no code is used up', async () => {
    const { id } = await person('approver')
    const factor = createSecondFactor(createSecondFactorStore(portal.prisma, testVault), deps.rateLimit)
    const act = { kind: 'approve', subject: 'payout' } as const
    const now = await factor.codeNow(totpSecret)
    await refuseRows('factor_given')
    await fails(factor.verify(id, now, act))
    await portal.prisma.$executeRawUnsafe('DELETE FROM not_written')
    expect(await factor.verify(id, now, act)).toBe('ok')
    expect(await rows('factor_given', id)).toHaveLength(1)
  })

  it('a refusal that must be kept is an error, and changes nothing', async () => {
    const receiver = await person('receiver')
    await refuseRows('sign_in_refused')
    await fails(signIn(deps, stranger, { email: receiver.email, password: 'wrong', ...from }))
    expect(await sessionsOf(receiver.id)).toBe(0)

    const approver = await portal.approver()
    const key = { id: randomUUID(), name: 'own', keyHash: randomUUID(), ownerId: actorId(approver) }
    await deps.keys.create(key, operator)
    const made = await createPayout(
      deps,
      { kind: 'api_key', id: key.id, name: key.name, ownerId: key.ownerId, scopes: apiScopes },
      { idempotencyKey: randomUUID(), body: sampleRequest },
    )
    if (!made.ok) throw new Error(made.code)
    const own = await portal.until(made.payout.id, 'awaiting_approval')
    await refuseRows('approval_refused')
    await fails(approvePayout(deps, approver, seen(own)))
    expect(await portal.payout(own.id)).toMatchObject({ status: 'awaiting_approval' })
  })

  it('no payout of a set is approved', async () => {
    const payouts = [await waiting(), await waiting()]
    const approver = await portal.approver()
    const chosen = payouts.map(({ id, contentHash }) => ({ id, contentHash }))
    const set = { seen: chosen, setHash: hashOfSet(chosen), code }
    await refuseRows('approved_many')
    await fails(approveMany(deps, approver, set))
    for (const { id } of payouts)
      expect(await portal.payout(id)).toMatchObject({ status: 'awaiting_approval' })
  })
})

describe('a set of payouts whose process dies halfway', () => {
  it('is in the audit trail as it was agreed to, and each approved payout names it', async () => {
    const payouts = [await waiting(), await waiting(), await waiting()]
    const approver = await portal.approver()
    const chosen = payouts.map(({ id, contentHash }) => ({ id, contentHash }))
    const setHash = hashOfSet(chosen)
    const died = Promise.withResolvers<'dead'>()
    let written = 0
    const mortal: Deps = {
      ...deps,
      payouts: {
        ...deps.payouts,
        advance: async (...change) => {
          if (written === 1) {
            died.resolve('dead')
            return new Promise<never>(() => undefined)
          }
          written += 1
          return deps.payouts.advance(...change)
        },
      },
    }
    const over = approveMany(mortal, approver, { seen: chosen, setHash, code })
    expect(await Promise.race([over, died.promise])).toBe('dead')

    const [agreed, ...more] = await rows('approved_many', setHash)
    expect(more).toEqual([])
    expect(agreed?.data).toEqual({
      payouts: payouts.map(({ id }) => id),
      leftOut: [],
      sums: [{ currency: 'EUR', count: 3, amount: '301.50' }],
    })
    expect(await rows('approved_many_ended', setHash)).toEqual([])
    const named = await Promise.all(
      payouts.map(async ({ id }) =>
        (await deps.payouts.timeline(id)).some(
          ({ data }) => (data as { setHash?: string }).setHash === setHash,
        ),
      ),
    )
    expect(named).toEqual([true, false, false])
  })
})

describe('a row outside the transaction of a change', () => {
  it('is written only where the row is the act itself: to add one, say why in a comment and add it here', () => {
    const using = globSync('lib/services/*/*.ts')
      .filter((path) => !path.includes('.test.'))
      .filter((path) => readFileSync(path, 'utf8').includes('people.audit('))
      .map((path) => basename(path))
    expect(using.sort()).toEqual([
      'approve-many.ts',
      // A download, as with open-file.ts.
      'batch-files.ts',
      // As with a download of a file.
      'export-installation.ts',
      'give-approval.ts',
      'list-desk-payouts.ts',
      // A download changes nothing, and must be known before the first byte leaves.
      'open-file.ts',
      'release-destination.ts',
      'remove-demo.ts',
      'reseal.ts',
      'sign-in.ts',
      // As with a download of a file.
      'take-evidence.ts',
    ])
  })
})
