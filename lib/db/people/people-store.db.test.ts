/** Accounts, and what lets people and systems in: sessions, sign-in links and API keys. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPrisma } from '#lib/db/engine/client.ts'
import type { Database } from '#lib/db/engine/client.ts'
import { createApiKeyStore } from '#lib/db/key/api-key-store.ts'
import { createVault } from '#lib/db/seal/vault.ts'
import { createSessionStore } from '#lib/db/sign-in/session-store.ts'
import { createSignInStore } from '#lib/db/sign-in/sign-in-store.ts'
import { createTestDatabase, patient } from '#lib/db/testing/database.ts'
import type { Role } from '#lib/payouts/permissions.ts'
import type { ApiKeyStore, PeopleStore, SessionStore, SignInStore, User } from '#lib/services/ports.ts'
import { actorOf } from '#lib/services/sign-in/sessions.ts'
import { createPeopleStore } from './people-store.ts'

const operator = { kind: 'operator', name: 'Test operator' } as const
const hour = 3_600_000

let prisma: Database
let people: PeopleStore
let sessions: SessionStore
let signIn: SignInStore
let keys: ApiKeyStore
let drop: () => Promise<void>

beforeAll(async () => {
  const database = await createTestDatabase()
  drop = database.drop
  prisma = createPrisma(database.url, patient)
  const hooks = { enqueueMail: () => Promise.resolve() }
  const vault = createVault([{ id: 'test', key: Buffer.alloc(32, 7) }])
  people = createPeopleStore(prisma, hooks, vault)
  sessions = createSessionStore(prisma)
  signIn = createSignInStore(prisma, hooks, vault)
  keys = createApiKeyStore(prisma, hooks, vault)
})
afterAll(async () => {
  await prisma.$disconnect()
  await drop()
})

async function person(role: Role = 'clerk', name = 'Ada Nowak'): Promise<User> {
  const id = randomUUID()
  const email = `${id}@demo.example`
  const user = await people.createUser(
    { id, email, name, role, passwordHash: 'h', totpSecret: null },
    operator,
  )
  if (user === 'email_taken') throw new Error('A fresh e-mail was taken')
  return user
}
async function signedIn(user: User, lifetimeMs = hour): Promise<{ id: string; tokenHash: string }> {
  const session = { id: randomUUID(), tokenHash: randomUUID() }
  const from = { ip: '127.0.0.1', userAgent: 'test', by: 'password' } as const
  await sessions.create({ ...session, ...from, userId: user.id, lifetimeMs }, actorOf(user))
  return session
}
const ten = <T>(what: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: 10 }, what))

describe('people', () => {
  it('a receiver gets a receiver record named by their e-mail, staff get none', async () => {
    const receiver = await person('receiver')
    expect(await people.findReceiver(receiver.receiverId!)).toMatchObject({
      externalId: receiver.email,
      email: receiver.email,
      firstName: 'Ada',
      lastName: 'Nowak',
    })
    expect((await person('clerk')).receiverId).toBeNull()
  })

  it('a receiver that a payout already named keeps their record as it is', async () => {
    const id = randomUUID()
    const email = `${id}@demo.example`
    await prisma.receiver.create({ data: { id, externalId: email, firstName: 'Known' } })
    const user = await people.createUser(
      { id: randomUUID(), email, name: 'Other Name', role: 'receiver', passwordHash: null, totpSecret: null },
      operator,
    )
    expect(user).toMatchObject({ receiverId: id, hasPassword: false })
    expect(await people.findReceiver(id)).toMatchObject({ firstName: 'Known', lastName: null })
  })

  it('ten accounts made at once for one e-mail become one', async () => {
    const email = `${randomUUID()}@demo.example`
    const draft = { email, name: 'Twin', role: 'receiver', passwordHash: null, totpSecret: null } as const
    const made = await ten(() => people.createUser({ ...draft, id: randomUUID() }, operator))
    expect(made.filter((user) => user !== 'email_taken')).toHaveLength(1)
    expect(await prisma.user.count({ where: { email } })).toBe(1)
  })

  it('what the operator does is on the audit trail', async () => {
    const user = await person()
    await people.disableUser(user.id, operator)
    const events = await prisma.auditEvent.findMany({ where: { subject: user.id }, orderBy: { id: 'asc' } })
    expect(events.map(({ kind, actorName }) => [kind, actorName])).toEqual([
      ['user_created', 'Test operator'],
      ['user_disabled', 'Test operator'],
    ])
  })
})

describe('sessions', () => {
  it('lead to their user until they are ended', async () => {
    const user = await person('approver')
    const session = await signedIn(user)
    expect(await sessions.use(session.tokenHash, hour)).toMatchObject({
      user,
      session: { id: session.id },
    })
    await sessions.end(session.id, actorOf(user))
    expect(await sessions.use(session.tokenHash, hour)).toBeNull()
    expect(await sessions.use('unknown', hour)).toBeNull()
  })

  it('end at once when the person is disabled or gets another password', async () => {
    const [leaving, forgetful] = [await person(), await person()]
    const [one, two] = [await signedIn(leaving), await signedIn(forgetful)]
    await people.disableUser(leaving.id, operator)
    await people.setPassword(forgetful.id, 'other', operator)
    expect(await sessions.use(one.tokenHash, hour)).toBeNull()
    expect(await sessions.use(two.tokenHash, hour)).toBeNull()
  })

  it('a session made for a disabled person lets nobody in', async () => {
    const user = await person()
    await people.disableUser(user.id, operator)
    const session = await signedIn(user)
    expect(await sessions.use(session.tokenHash, hour)).toBeNull()
  })

  it('end by age and by idleness, and being used keeps them from idling out', async () => {
    const user = await person()
    const old = await signedIn(user, 0)
    expect(await sessions.use(old.tokenHash, hour)).toBeNull()

    const session = await signedIn(user)
    await prisma.session.update({
      where: { id: session.id },
      data: { lastSeenAt: new Date(Date.now() - hour / 2) },
    })
    expect(await sessions.use(session.tokenHash, hour / 4)).toBeNull()
    expect(await sessions.use(session.tokenHash, hour)).not.toBeNull()
    expect(await sessions.use(session.tokenHash, hour / 4)).not.toBeNull()
  })
})

describe('sign-in links', () => {
  const link = async (user: User, lifetimeMs = hour) => {
    const tokenHash = randomUUID()
    const mail = { to: user.email, dedupeKey: tokenHash, subject: 'Your link', text: 'Here' }
    await signIn.createSignInLink({ tokenHash, userId: user.id, lifetimeMs, ip: null }, mail, operator)
    return tokenHash
  }

  it('are used up by exactly one of ten who press the button at once, and not by looking', async () => {
    const user = await person('receiver')
    const tokenHash = await link(user)
    await ten(() => signIn.peekSignInLink(tokenHash))
    const used = await ten(() => signIn.useSignInLink(tokenHash))
    expect(used.filter((one) => one !== null)).toEqual([user])
    expect(await signIn.peekSignInLink(tokenHash)).toBeNull()
  })

  it('do nothing when too old, unknown, or their person is disabled', async () => {
    const user = await person('receiver')
    expect(await signIn.useSignInLink(await link(user, 0))).toBeNull()
    expect(await signIn.useSignInLink('unknown')).toBeNull()
    const tokenHash = await link(user)
    await people.disableUser(user.id, operator)
    expect(await signIn.peekSignInLink(tokenHash)).toBeNull()
    expect(await signIn.useSignInLink(tokenHash)).toBeNull()
  })
})

describe('API keys', () => {
  it('work until revoked, and one of ten revokers does it', async () => {
    const owner = await person('admin')
    const [id, keyHash] = [randomUUID(), randomUUID()]
    await keys.create({ id, name: 'Shop', keyHash, ownerId: owner.id }, operator)
    const caller = { id, name: 'Shop', ownerId: owner.id }
    expect(await keys.find(keyHash)).toMatchObject({ ...caller, livesMs: null, useIsNews: true })
    await ten(() => keys.noteUse(id))
    expect(await keys.find(keyHash)).toMatchObject({ ...caller, useIsNews: false })
    expect(await keys.find('unknown')).toBeNull()
    const revoked = await ten(() => keys.revoke(id, operator))
    expect(revoked.filter(Boolean)).toHaveLength(1)
    expect(await keys.find(keyHash)).toBeNull()
    const [key] = await keys.list()
    expect(key).toMatchObject({ id })
    expect(key?.revokedAt).toBeInstanceOf(Date)
    expect(key?.lastUsedAt).toBeInstanceOf(Date)
  })
})
