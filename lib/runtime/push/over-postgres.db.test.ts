/** From one process to another: notices through a real PostgreSQL, and what happens when the connection is lost. */
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createListener } from '#lib/db/engine/listen.ts'
import { createTestDatabase } from '#lib/db/testing/database.ts'
import { eventually } from '#lib/services/testing/portal.ts'
import { createAnnouncer } from './announcer.ts'
import { createHub } from './hub.ts'
import type { Call } from './hub.ts'
import { noticeChannel } from './notice.ts'

let database: Awaited<ReturnType<typeof createTestDatabase>>
let client: pg.Client
beforeAll(async () => {
  database = await createTestDatabase()
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
})
afterAll(async () => {
  await client.end()
  await database.drop()
})

it('arrive, and after a lost connection everybody is told to look again', async () => {
  const listener = createListener(database.url)
  const hub = createHub({ listen: (...hears) => listener.on(noticeChannel, ...hears) })
  const announcer = createAnnouncer(
    (payloads) =>
      client.query('SELECT pg_notify($1, told) FROM unnest($2::text[]) AS told', [noticeChannel, payloads]),
    { warn: () => undefined },
  )
  try {
    const id = '00000000-0000-4000-8000-000000000001'
    const heard: Call[] = []
    const untilHeard = (call: Call) =>
      eventually(() => Promise.resolve(heard.includes(call) || `heard ${heard.join()}, not ${call}`))
    expect(typeof (await hub.watch({ receiverOf: id }, '', (call) => heard.push(call)))).toBe('object')

    announcer.tell({ about: 'payout', id: '00000000-0000-4000-8000-000000000002' })
    announcer.tell({ about: 'payout', id })
    await untilHeard('changed')
    expect(heard).toEqual(['changed'])

    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND query LIKE 'LISTEN%'`,
    )
    await untilHeard('missed')
    expect(heard).not.toContain('end')
    heard.length = 0
    announcer.tell({ about: 'link', id })
    await untilHeard('revoked')
  } finally {
    await announcer.sent()
    hub.close()
    await listener.stop()
  }
})
