/** Runs every check at once, each with a deadline, and prints what they found. Nothing here writes anything anywhere. */
import { scrubText } from '#lib/runtime/log.ts'
import { cardzoChecks } from './cardzo.ts'
import { clockChecks } from './clocks.ts'
import { configurationChecks } from './configuration.ts'
import { databaseChecks } from './database.ts'
import { messageOf, saying } from './finding.ts'
import type { Check, Finding, Verdict, World } from './finding.ts'
import { mailChecks } from './mail.ts'
import { publicChecks } from './public-address.ts'
import { replicationChecks } from './replication.ts'
import { workerChecks } from './workers.ts'

/** Longer than a mail server that greets late on purpose. */
const deadlineMs = 20_000

export const allChecks: readonly Check[] = [
  ...configurationChecks,
  ...publicChecks,
  ...clockChecks,
  ...databaseChecks,
  ...replicationChecks,
  ...cardzoChecks,
  ...mailChecks,
  ...workerChecks,
]

/** In the order of the checks. Secrets are taken out, wherever a server may have repeated one. */
export async function examine(world: World, checks: readonly Check[] = allChecks): Promise<Finding[]> {
  const found = await Promise.all(checks.map((check) => runOne(check, world)))
  const hidden = (text: string) =>
    world.secrets.reduce((rest, secret) => rest.replaceAll(secret, '…'), scrubText(text))
  return found
    .flat()
    .map((finding) => ({ ...finding, seen: hidden(finding.seen), todo: hidden(finding.todo) }))
}

async function runOne(check: Check, world: World): Promise<Finding[]> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`no answer in ${deadlineMs / 1000} s`)), deadlineMs)
  try {
    return await Promise.race([check.run(world), tooLate])
  } catch (error) {
    return [saying(check.name).not(check.name, `It could not be looked at: ${messageOf(error)}.`)]
  } finally {
    clearTimeout(timer)
  }
}

/** 0: nothing to do. 1: somebody should look. 2: a fault. What was not checked counts for nothing, and is printed. */
export function exitCodeOf(findings: readonly Finding[]): 0 | 1 | 2 {
  if (findings.some(({ verdict }) => verdict === 'fault')) return 2
  return findings.some(({ verdict }) => verdict === 'look') ? 1 : 0
}

const marks: Record<Verdict, string> = {
  ok: 'ok         ',
  look: 'LOOK       ',
  fault: 'FAULT      ',
  'not checked': 'not checked',
}

/** For a terminal: one line for each finding, and below it what to do. */
export function tableOf(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length))
  const lines = findings.map(({ check, verdict, seen, todo }) => {
    const head = `${marks[verdict]}  ${check.padEnd(width)}  `
    return todo === '' ? `${head}${seen}` : `${head}${seen}\n${' '.repeat(head.length)}→ ${todo}`
  })
  const count = (verdict: Verdict) => findings.filter((finding) => finding.verdict === verdict).length
  const sums = `${count('ok')} ok, ${count('look')} to look at, ${count('fault')} faults, ${count('not checked')} not checked`
  return [...lines, '', sums].join('\n')
}
