/** Two web servers on one database remember API keys, and each stops a key within a second of what ends it. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createListener } from '#lib/db/engine/listen.ts'
import type { Listener } from '#lib/db/engine/listen.ts'
import { rememberKeys } from '#lib/db/key/remember-keys.ts'
import { createTestDatabase } from '#lib/db/testing/database.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { hashToken } from '#lib/services/payout/links.ts'
import { disableUser } from '#lib/services/people/disable-user.ts'
import type { Deps } from '#lib/services/ports.ts'
import { createAccounts } from '#lib/services/testing/accounts.ts'
import { createTestPortal } from '#lib/services/testing/portal.ts'
import { authenticateApiKey } from './authenticate-api-key.ts'
import { createApiKey } from './create-api-key.ts'
import { revokeApiKey } from './revoke-api-key.ts'

const operator: Actor = { kind: 'operator', name: 'root' }
const within = { timeout: 10_000, interval: 5 }

type Server = { deps: Deps; listener: Listener; asked: () => number }

let portal: Awaited<ReturnType<typeof createTestPortal>>
let url: string
let servers: [Server, Server]
let close: () => Promise<void>
/** What the memories take for the time. It stands still unless a test moves it, so only the database's word ends what they know. */
let nowMs = 0

beforeAll(async () => {
  const database = await createTestDatabase()
  url = database.url
  portal = await createTestPortal({}, { database })
  const second = await createTestPortal({}, { database })
  servers = [server(portal.deps), server(second.deps)]
  close = async () => {
    await Promise.all(servers.map(({ listener }) => listener.stop()))
    await second.stopAll()
    await portal.close()
  }
  // The first question opens the listening connection.
  await Promise.all(servers.map(({ deps }) => deps.keys.find('none')))
  await untilHeard()
})
afterAll(() => close())
beforeEach(() => {
  nowMs += 60_000
})

function server(bare: Deps): Server {
  let asked = 0
  const listener = createListener(url)
  const find = (keyHash: string) => {
    asked++
    return bare.keys.find(keyHash)
  }
  const deps = { ...bare, keys: { ...bare.keys, find: rememberKeys(find, listener, () => nowMs) } }
  return { deps, listener, asked: () => asked }
}

const untilHeard = () =>
  Promise.all(
    servers.map(({ listener }) => {
      const probe = listener.on('api_keys_changed', () => undefined)
      return vi.waitUntil(() => probe.isHeard(), within).finally(() => probe.stop())
    }),
  )

const { person } = createAccounts(() => portal.deps)

async function made(more: { ownerEmail?: string; expiresInDays?: number } = {}) {
  const key = await createApiKey(portal.deps, operator, { name: 'Shop', ...more })
  if (!key.ok) throw new Error(key.code)
  await allIsHeard()
  return key
}

/** Both servers have heard all that was said before: what is said on a channel is heard in its order. */
async function allIsHeard(): Promise<void> {
  const last = randomUUID()
  let hear = 0
  const probes = servers.map(({ listener }) =>
    listener.on('api_keys_changed', (said) => {
      if (said === last) hear++
    }),
  )
  await portal.prisma.$executeRaw`SELECT pg_notify('api_keys_changed', ${last})`
  await vi.waitUntil(() => hear === servers.length, within)
  for (const probe of probes) probe.stop()
}

const letsIn = async ({ deps }: Server, key: string) => (await authenticateApiKey(deps, key)).ok

/** Both let it in, and know it by heart from then on. */
async function remembered(key: string): Promise<void> {
  for (const server of servers) {
    expect(await letsIn(server, key)).toBe(true)
    const before = server.asked()
    expect(await letsIn(server, key)).toBe(true)
    expect(server.asked()).toBe(before)
  }
}

async function stopsWithinASecond(key: string): Promise<void> {
  const since = performance.now()
  for (const server of servers) await vi.waitUntil(async () => !(await letsIn(server, key)), within)
  expect(performance.now() - since).toBeLessThan(1000)
}

describe('a remembered key costs no question, and stops in every web server when', () => {
  it('it is revoked', async () => {
    const { id, key } = await made()
    await remembered(key)
    await revokeApiKey(portal.deps, operator, { id })
    await stopsWithinASecond(key)
  })

  it('its owner is disabled, and goes on when they are back', async () => {
    const owner = await person('admin')
    const { key } = await made({ ownerEmail: owner.email })
    await remembered(key)
    await disableUser(portal.deps, operator, { email: owner.email })
    await stopsWithinASecond(key)
    await portal.prisma.user.update({ where: { id: owner.id }, data: { disabledAt: null } })
    for (const server of servers) await vi.waitUntil(() => letsIn(server, key), within)
  })

  it('its end is moved into the past, its scopes change, or it is deleted', async () => {
    const { id, key } = await made({ expiresInDays: 1 })
    await remembered(key)
    await portal.prisma.apiKey.update({ where: { id }, data: { scopes: ['payouts:read'] } })
    for (const { deps } of servers)
      await vi.waitUntil(async () => {
        const caller = await authenticateApiKey(deps, key)
        return caller.ok && caller.actor.scopes.join() === 'payouts:read'
      }, within)
    await portal.prisma.apiKey.update({ where: { id }, data: { expiresAt: new Date(Date.now() - 1) } })
    await stopsWithinASecond(key)

    const other = await made()
    await remembered(other.key)
    await portal.prisma.apiKey.delete({ where: { id: other.id } })
    await stopsWithinASecond(other.key)
  })

  it('its time comes, which nobody tells', async () => {
    const { id, key } = await made({ expiresInDays: 1 })
    await portal.prisma
      .$executeRaw`UPDATE api_key SET expires_at = now() + interval '400 ms' WHERE id = ${id}::uuid`
    const since = performance.now()
    await vi.waitUntil(async () => {
      // From here on the memories' time runs with the world's.
      nowMs += 5
      return !(await Promise.all(servers.map((server) => letsIn(server, key)))).includes(true)
    }, within)
    expect(performance.now() - since).toBeLessThan(1400)
  })
})

describe('the memory of keys', () => {
  it('lets a new key in at once that was unknown a moment ago', async () => {
    const key = `cpp_${randomUUID()}`
    for (const server of servers) expect(await letsIn(server, key)).toBe(false)
    const before = servers[0].asked()
    expect(await letsIn(servers[0], key)).toBe(false)
    expect(servers[0].asked()).toBe(before)
    await portal.prisma.apiKey.create({ data: { id: randomUUID(), name: 'Shop', keyHash: hashToken(key) } })
    for (const server of servers) await vi.waitUntil(() => letsIn(server, key), within)
  })

  it('is believed for a second, whatever is heard', async () => {
    const { key } = await made()
    await remembered(key)
    const before = servers[0].asked()
    nowMs += 999
    expect(await letsIn(servers[0], key)).toBe(true)
    expect(servers[0].asked()).toBe(before)
    nowMs += 1
    expect(await letsIn(servers[0], key)).toBe(true)
    expect(servers[0].asked()).toBe(before + 1)
  })

  it('is not believed while nothing is heard', async () => {
    const { key } = await made()
    let [isHeard, asked] = [true, 0]
    const deaf = {
      on: () => ({ isHeard: () => isHeard, stop: () => undefined }),
      stop: () => Promise.resolve(),
    }
    const find = rememberKeys(
      (keyHash) => {
        asked++
        return portal.deps.keys.find(keyHash)
      },
      deaf,
      () => nowMs,
    )
    const ask = async () => {
      await find(hashToken(key))
      return asked
    }
    expect([await ask(), await ask()]).toEqual([1, 1])
    isHeard = false
    expect([await ask(), await ask()]).toEqual([2, 3])
  })

  it('lets no key in that was revoked while the listening connection was lost', async () => {
    const { id, key } = await made()
    await remembered(key)
    const heard = servers.map(({ listener }) => listener.on('api_keys_changed', () => undefined))
    await portal.prisma.$executeRaw`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`
    await vi.waitUntil(() => heard.every((one) => !one.isHeard()), within)
    // They come back a second later, and have not heard this.
    await revokeApiKey(portal.deps, operator, { id })
    for (const server of servers) expect(await letsIn(server, key)).toBe(false)
    await untilHeard()
    for (const server of servers) expect(await letsIn(server, key)).toBe(false)
  })

  it('keeps no answer that was on its way while the key changed', async () => {
    const { id, key } = await made()
    const listener = createListener(url)
    let revoke = async () => {}
    const find = rememberKeys(
      async (keyHash) => {
        const found = await portal.deps.keys.find(keyHash)
        await revoke()
        return found
      },
      listener,
      () => nowMs,
    )
    let told = 0
    const changes = listener.on('api_keys_changed', () => told++)
    await vi.waitUntil(() => changes.isHeard(), within)
    revoke = async () => {
      const before = told
      await revokeApiKey(portal.deps, operator, { id })
      await vi.waitUntil(() => told > before, within)
      revoke = async () => {}
    }
    expect(await find(hashToken(key))).toMatchObject({ id })
    expect(await find(hashToken(key))).toBeNull()
    await listener.stop()
  })

  it('holds no more than a thousand unknown keys, and they push out no real one', async () => {
    const { key } = await made()
    await remembered(key)
    const before = servers[0].asked()
    for (let n = 0; n < 1001; n++) await servers[0].deps.keys.find(`made up ${n}`)
    expect(servers[0].asked()).toBe(before + 1001)
    await servers[0].deps.keys.find('made up 1000')
    expect(await letsIn(servers[0], key)).toBe(true)
    expect(servers[0].asked()).toBe(before + 1001)
    await servers[0].deps.keys.find('made up 0')
    expect(servers[0].asked()).toBe(before + 1002)
  })
})

describe('the use of a key', () => {
  it('is noted once a minute, and no request waits for it or fails with it', async () => {
    const { id, key } = await made()
    const noted: string[] = []
    const errors: unknown[] = []
    const { deps } = servers[0]
    const failing: Deps = {
      ...deps,
      keys: {
        ...deps.keys,
        noteUse: (of) => {
          noted.push(of)
          return Promise.reject(new Error('away'))
        },
      },
      log: { ...deps.log, error: (facts) => void errors.push(facts['keyId']) },
    }
    for (let n = 0; n < 5; n++) expect(await authenticateApiKey(failing, key)).toMatchObject({ ok: true })
    expect(noted).toEqual([id])
    await vi.waitUntil(() => errors.length > 0, within)
    expect(errors).toEqual([id])
    // It was not noted, so the next question to the database says so again.
    nowMs += 1000
    expect(await letsIn(servers[0], key)).toBe(true)
    const usedAt = async () => (await portal.prisma.apiKey.findUniqueOrThrow({ where: { id } })).lastUsedAt
    const first = await vi.waitUntil(usedAt, within)
    nowMs += 1000
    expect(await portal.deps.keys.find(hashToken(key))).toMatchObject({ useIsNews: false })
    expect(await usedAt()).toEqual(first)
  })
})
