import { connect, createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase } from '#lib/db/testing/database.ts'
import type { TestDatabase } from '#lib/db/testing/server.ts'
import { createPrisma } from './client.ts'
import type { PrismaClient } from './client.ts'

let database: TestDatabase
let proxy: Server
let prisma: PrismaClient
/** Connections that break right after their settings are made. */
let toBreak = 0
beforeAll(async () => {
  database = await createTestDatabase()
  const { hostname, port } = new URL(database.url)
  proxy = createServer((client) => {
    const server = connect(Number(port), hostname)
    client.on('data', (chunk) => {
      if (toBreak > 0 && chunk.includes('SET TimeZone')) {
        toBreak--
        client.resetAndDestroy()
        server.destroy()
      } else server.write(chunk)
    })
    server.on('data', (chunk) => client.write(chunk))
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on('error', () => undefined)
      one.on('close', () => other.destroy())
    }
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const url = new URL(database.url)
  url.hostname = '127.0.0.1'
  url.port = String((proxy.address() as AddressInfo).port)
  prisma = createPrisma(url.href)
})
afterAll(async () => {
  await prisma.$disconnect()
  proxy.close()
  await database.drop()
})

it('a connection that breaks while it is set up fails one statement, and nothing else', async () => {
  const uncaught: Error[] = []
  const note = (error: Error) => void uncaught.push(error)
  process.on('uncaughtException', note)
  try {
    toBreak = 1
    await expect(prisma.$queryRaw`SELECT 1`).rejects.toThrow()
    expect(toBreak).toBe(0)
    expect(await prisma.$queryRaw`SELECT 1 AS one`).toEqual([{ one: 1 }])
    expect(uncaught).toEqual([])
  } finally {
    process.removeListener('uncaughtException', note)
  }
})
