/**
 * Sends what is in the outbox, in the worker process. A mail is marked as sent before the mail server gets it, so that nobody gets one
 * twice: a process that dies between the two, or a connection that breaks within the text, may lose a mail but never doubles it. What
 * clearly failed is tried again.
 */
import { PgBoss } from 'pg-boss'
import type { Outbox } from '#lib/db/message/mail-store.ts'
import type { Deps } from '#lib/services/ports.ts'
import { footText } from '#lib/services/message/mail-foot.ts'
import { mailHtml } from '#lib/services/message/mail-html.ts'
import { withPhrase } from '#lib/services/message/mails.ts'
import { showBrand } from '#lib/services/policy/show-brand.ts'
import { getRuntime } from './deps.ts'
import { mailQueue, mailQueueOptions, mailRetries } from './job-queue.ts'
import { createMailTransport, isClearFailure } from './mail-transport.ts'
import type { MailTransport } from './mail-transport.ts'
import { processMetrics } from './watch/metrics.ts'

/** Someone is waiting for their sign-in link, so a worker that sees an unsent mail wakes this. By itself it looks this often. */
const pollSeconds = 30
/** Between two mails of one taker, while there are more. */
const nextMs = 1_000
/** Two at a time, so that one slow answer of the mail server does not hold up the rest. */
const inParallel = 2
/** A mail that is this old and not sent has lost its job, or never had one because the queue was not ready. */
const orphanAfterMs = 10_000
const sweepEveryMs = 30_000
/** While there is an unsent mail. */
const sweepSoonMs = 10_000
const sweepLimit = 200
const rarelySeconds = 3_600
/** Old jobs go this often, and those of a worker that died are set free. */
const superviseSeconds = 300
const blankAtOnce = 1_000
/** A mail in hand may finish. A supervisor must wait longer than this. */
const stopTimeoutMs = 8_000

type MailJob = { mailId: string }
type Delivery = {
  brand: Pick<Deps['brand'], 'read'>
  config: Pick<Deps['config'], 'appUrl' | 'merchantName'>
  items: Pick<Deps['items'], 'open'>
  log: Deps['log']
  outbox: Outbox
  transport: MailTransport
}

export type MailDelivery = {
  /** Looks for jobs now. */
  wake: () => void
  stop: () => Promise<void>
}

/** Starts in the background, even while the database is away. While the mail server is down only mails are late; payouts never wait for it. */
export async function startMailDelivery(): Promise<MailDelivery> {
  const { deps, env, databaseUrl, outbox } = await getRuntime()
  const { brand, config, items, log } = deps
  const transport = createMailTransport(env.smtp)
  return deliverFrom(databaseUrl, { brand, config, items, log, outbox, transport })
}

/** The same, with the parts passed in. */
export function deliverFrom(databaseUrl: string, parts: Delivery): MailDelivery {
  const { log, outbox, transport } = parts
  const boss = new PgBoss({
    connectionString: databaseUrl,
    max: inParallel + 1,
    schedule: false,
    // No job of ours waits for another.
    flowIntervalSeconds: rarelySeconds,
    superviseIntervalSeconds: superviseSeconds,
    monitorIntervalSeconds: superviseSeconds,
  })
  boss.on('error', (error) => log.warn({ err: error }, 'the job queue has trouble'))
  let sweep: ReturnType<typeof setTimeout> | undefined
  const takers: string[] = []
  /** By the monotonic clock. */
  let sweptAt = 0
  let isSweeping = false
  let stopped = false

  const notify = () => takers.forEach((id) => boss.notifyWorker(id))
  const runSweep = async (): Promise<void> => {
    sweptAt = performance.now()
    isSweeping = true
    try {
      await outbox.blankDone(mailRetries + 1, blankAtOnce)
      const lost = await outbox.unsent(orphanAfterMs, mailRetries + 1, sweepLimit)
      for (const mailId of lost)
        await boss.send(mailQueue, { mailId } satisfies MailJob, { singletonKey: mailId })
      if (lost.length > 0) notify()
    } catch (error) {
      log.warn({ err: error }, 'the outbox could not be swept')
    }
    isSweeping = false
    if (!stopped) sweep = setTimeout(() => void runSweep(), sweepEveryMs)
  }
  const start = async (): Promise<void> => {
    await boss.start({ attempts: Number.MAX_SAFE_INTEGER })
    await boss.createQueue(mailQueue, mailQueueOptions)
    const options = { batchSize: 1, pollingIntervalSeconds: pollSeconds }
    // Each of its own, because pg-boss wakes one by its id.
    for (let n = 0; n < inParallel; n++)
      takers.push(
        await boss.work<MailJob>(mailQueue, options, async (jobs) => {
          // There may be more: as many a second as a mail server takes from anybody.
          setTimeout(notify, nextMs).unref()
          for (const job of jobs) await deliverMail(parts, job.data.mailId)
        }),
      )
    await runSweep()
  }
  const started = start().catch((error: unknown) => {
    if (!stopped) log.error({ err: error }, 'mail delivery could not start')
  })

  return {
    wake() {
      notify()
      if (sweep === undefined || isSweeping || stopped || performance.now() - sweptAt < sweepSoonMs) return
      clearTimeout(sweep)
      void runSweep()
    },
    async stop() {
      stopped = true
      clearTimeout(sweep)
      await boss.stop({ graceful: true, timeout: stopTimeoutMs }).catch(() => undefined)
      await started
      clearTimeout(sweep)
      transport.close()
    },
  }
}

/** One attempt at one mail. Throws when it should be tried again. */
export async function deliverMail(
  { brand, config, outbox, items, log, transport }: Delivery,
  mailId: string,
): Promise<void> {
  const mail = await outbox.find(mailId)
  // An empty text was sent, or given up.
  if (!mail || mail.sentAt !== null || mail.text === '') return
  if (mail.text === null) {
    await items.open({
      kind: 'mail_failed',
      severity: 'warning',
      what: `A mail to ${mail.recipient} cannot be read: "${mail.subject}".`,
      why: 'Its text is sealed under a key that DATA_KEYS does not hold. It is sent when the key is back.',
      subject: mailId,
      data: { mailId, payoutId: mail.payoutId },
    })
    throw new Error(`The text of mail ${mailId} cannot be opened`)
  }
  // Before it counts as sent, because it may fail. The stored mail, which staff see, never has the phrase.
  const [shown, phrase] = await Promise.all([showBrand({ brand, config }), outbox.phraseTo(mail.recipient)])
  if (!(await outbox.markSent(mailId))) return
  let answer: string | null
  try {
    const { subject, locale } = mail
    const text = withPhrase(mail.text, phrase, locale)
    answer = await transport.send({
      ...mail,
      text: [text, footText(shown, locale)].filter(Boolean).join('\n\n'),
      html: mailHtml({ subject, text, locale }, { appUrl: config.appUrl, brand: shown }),
    })
  } catch (error) {
    processMetrics().mails.inc({ outcome: isClearFailure(error) ? 'refused' : 'unsure' })
    const why = error instanceof Error ? error.message : 'unknown'
    log.warn({ mailId, why }, 'a mail was not taken')
    const last = mail.attempts >= mailRetries
    if (isClearFailure(error)) {
      await outbox.markFailed(mailId, why, last ? null : mail.text)
      if (!last) throw error
    }
    await items.open({
      kind: 'mail_failed',
      severity: 'warning',
      what: `A mail to ${mail.recipient} was not sent: "${mail.subject}".`,
      why: isClearFailure(error)
        ? `The mail server refused it ${mail.attempts + 1} times, at last with: ${why}`
        : `The connection broke while it was being sent (${why}). It may have arrived, so it is not sent again.`,
      subject: mailId,
      data: { mailId, payoutId: mail.payoutId },
    })
    return
  }
  processMetrics().mails.inc({ outcome: 'sent' })
  if (answer !== null) await outbox.noteAnswer(mailId, answer)
}
