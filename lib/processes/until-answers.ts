import { setTimeout as sleep } from 'node:timers/promises'
import { endedTooSoon, lastLines } from './start-process.ts'
import type { StartedProcess } from './start-process.ts'

const askEveryMs = 100
/** The first request to a development server compiles what answers it. */
const answerTimeoutMs = 30_000

/**
 * Waits until `address` answers with a 2xx status. Throws, with the end of the log, when the process ends before that or `withinMs`
 * have passed.
 */
export async function untilAnswers(
  started: StartedProcess,
  address: string,
  withinMs = 60_000,
): Promise<void> {
  const deadline = Date.now() + withinMs
  let last = 'no answer'
  for (;;) {
    const how = await Promise.race([started.ended, sleep(askEveryMs)])
    if (how !== undefined) throw endedTooSoon(started, how)
    try {
      const answer = await fetch(address, { signal: AbortSignal.timeout(answerTimeoutMs) })
      last = `${answer.status} ${await answer.text()}`
      if (answer.ok) return
    } catch (error) {
      last = error instanceof Error ? error.message : String(error)
    }
    if (Date.now() > deadline) {
      const log = started.logFile === undefined ? '' : `\n${lastLines(started.logFile)}`
      throw new Error(`${started.name} is not ready: ${address} says ${last.slice(0, 500)}${log}`)
    }
  }
}
