/** pg-boss for the side work: a job is enqueued in the transaction of the change that causes it. */
import { PgBoss, fromPrisma } from 'pg-boss'
import type { StoreHooks } from '#lib/db/engine/store-hooks.ts'
import type { Log } from '#lib/services/ports.ts'

export const mailQueue = 'mail'

/** After a clear failure a mail is tried again in 30 s, then 1, 2, 4 … minutes, at most half an hour apart: about four hours in all. */
export const mailRetries = 14
export const mailQueueOptions = {
  // At most one job for a mail may wait, run or be due for a retry; a second one is not written.
  policy: 'exclusive',
  retryLimit: mailRetries,
  retryDelay: 30,
  retryBackoff: true,
  retryDelayMax: 1800,
} as const

// Jobs are written in the caller's transaction; this pool only reads which queues there are.
const poolSize = 1
// After a failed start (no worker has created the queue yet), not every mail should wait for another attempt.
const startAgainAfterMs = 5_000

export type JobQueue = StoreHooks & { stop: () => Promise<void> }

/**
 * The sending side, in every process. The outbox row decides, and the job only wakes the worker. While there is no queue yet, the mail
 * is written without a job, and the worker's sweep finds it.
 */
export function createJobQueue(databaseUrl: string, log: Log): JobQueue {
  let boss: Promise<PgBoss | null> | undefined
  let startedAt = 0

  const start = async (): Promise<PgBoss | null> => {
    const starting = new PgBoss({
      connectionString: databaseUrl,
      max: poolSize,
      migrate: false,
      supervise: false,
      schedule: false,
    })
    starting.on('error', (error) => log.warn({ err: error }, 'the job queue has trouble'))
    try {
      await starting.start()
      if (await starting.getQueue(mailQueue)) return starting
    } catch (error) {
      log.warn({ err: error }, 'the job queue is not ready; mails wait for the sweep')
    }
    await starting.stop({ graceful: false }).catch(() => undefined)
    return null
  }
  const ready = async () => {
    const now = performance.now()
    const running = await boss
    if (running) return running
    if (boss === undefined || now - startedAt > startAgainAfterMs) {
      startedAt = now
      boss = start()
    }
    return boss
  }

  return {
    async enqueueMail(tx, mailIds) {
      const running = await ready()
      if (!running) return
      for (const mailId of mailIds)
        await running.send(mailQueue, { mailId }, { singletonKey: mailId, db: fromPrisma(tx) })
    },
    async stop() {
      const running = await boss
      await running?.stop({ graceful: false })
    },
  }
}
