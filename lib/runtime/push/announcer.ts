/**
 * Sends notices to all web servers. Never inside the transaction that made the change: PostgreSQL lets transactions with a NOTIFY commit
 * one after the other, each with its own wait for the disk (docs/decisions/0011-push-by-server-sent-events.md). So they are sent after the
 * commit, many in one statement that waits for no disk. One that is lost is found by the page's own polling.
 */
import { coalesced } from '#lib/db/engine/coalesced.ts'
import type { Log } from '#lib/services/ports.ts'
import { payloadsOf, wordOf } from './notice.ts'
import type { Notice } from './notice.ts'

export type Announcer = {
  /** Returns at once. */
  tell: (...notices: Notice[]) => void
  /** When everything told so far is sent, or has failed. */
  sent: () => Promise<void>
}

/** Between two statements: what changes in the meantime goes together. */
const gapMs = 20
/** From then on it is cheaper that everybody looks. */
const mostWaiting = 5_000

/** `send` runs NOTIFY for each payload. */
export function createAnnouncer(
  send: (payloads: string[]) => Promise<unknown>,
  log: Pick<Log, 'warn'>,
): Announcer {
  const waiting = new Set<string>()
  const sending = coalesced(async () => {
    const words = waiting.size > mostWaiting ? [wordOf({ about: 'everything' })] : [...waiting]
    waiting.clear()
    try {
      await send(payloadsOf(words))
    } catch (error) {
      log.warn({ err: error }, 'changes could not be told to open pages: they find them by polling')
    }
  }, gapMs)

  return {
    tell(...notices) {
      for (const notice of notices) waiting.add(wordOf(notice))
      if (notices.length > 0) sending.ask()
    },
    sent: sending.done,
  }
}
