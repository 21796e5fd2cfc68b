/** A real worker process that is killed between sending a webhook and recording it: the next one sends it again, under the same id. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase } from '#lib/db/testing/database.ts'
import { decideAccess } from '#lib/services/people/decide-access.ts'
import { createTestPortal } from '#lib/services/testing/portal.ts'
import { createStaff } from '#lib/services/testing/staff.ts'
import { renewSecret } from '#lib/services/webhook/change-target.ts'
import { makeEvents } from '#lib/services/webhook/make-events.ts'
import { proposeTarget } from '#lib/services/webhook/propose-target.ts'
import { startWorker } from './testing/worker-process.ts'

const code = '123456'
let database: Awaited<ReturnType<typeof createTestDatabase>>
let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  database = await createTestDatabase()
  portal = await createTestPortal({}, { database })
})
afterAll(() => portal.close())

it('a webhook that was sent and not recorded comes again, with the same id and bytes', async () => {
  const heard: { id: unknown; body: string }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => (body += part.toString()))
    request.on('end', () => {
      heard.push({ id: request.headers['webhook-id'], body })
      response.end()
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const staff = createStaff(portal)
  const [ana, ben] = [await staff.person('admin', 'Ana'), await staff.person('admin', 'Ben')]
  const proposed = await proposeTarget(portal.deps, ana, {
    ...{ name: 'Shop', kind: 'signed', events: ['payout.requested'], ownerEmail: '', code },
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
  })
  if (!proposed.ok) throw new Error(JSON.stringify(proposed))
  const { id: changeId, subjectId: id } = proposed.change
  await decideAccess(portal.deps, ben, { id: changeId, decision: 'confirmed', code })
  await renewSecret(portal.deps, ana, { id, code })
  await portal.ask()
  const never = new AbortController().signal
  await expect
    .poll(async () => {
      await makeEvents(portal.deps, never)
      return (await portal.deps.webhooks.log(id, { limit: 1, before: null })).rows.length
    })
    .toBe(1)

  const killed = startWorker(database, { CRASH_POINTS: 'at=webhooks.record:before:1' })
  expect(await killed.ended, killed.said()).toBe('SIGKILL')
  expect(heard).toHaveLength(1)
  // Its lease is over.
  await portal.prisma.$executeRaw`UPDATE webhook_delivery SET due_at = date_trunc('milliseconds', now())`
  const second = startWorker(database)
  await expect.poll(() => heard.length, { timeout: 30_000, message: second.said() }).toBe(2)
  await expect
    .poll(async () => (await portal.deps.webhooks.log(id, { limit: 1, before: null })).rows[0], {
      timeout: 10_000,
    })
    .toMatchObject({ attempts: 2, status: 200, dueAt: null })
  // Nobody wakes the worker, and it asks for no webhooks by themselves: it sees that something has happened.
  await portal.ask()
  await expect.poll(() => heard.length, { timeout: 30_000, message: second.said() }).toBe(3)
  second.worker.kill('SIGTERM')
  await second.ended
  server.closeAllConnections()
  server.close()
  expect(heard[1]).toEqual(heard[0])
}, 120_000)
