// What a command may be given: its flags, and the secrets that come by a file or by standard input.
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { SettingsInput } from '#lib/services/policy/change-settings.ts'
import type { verifyHistory } from '#lib/services/safety/verify-history.ts'
import type { Deps } from '#lib/services/ports.ts'
import { CommandError } from './command.ts'

export type Flags = Record<string, string | true | undefined>
type CommandLine = {
  /** After the command's name; a flag in brackets may be left out. */
  usage: string
  needs: readonly string[]
  mayHave?: readonly string[]
  switches?: readonly string[]
}
export type Command = CommandLine &
  (
    | {
        /** Runs while accounts of the demo keep every other command from running beside a real gateway. */
        besideDemo?: true
        /** `readInput` gives all of standard input. */
        run: (deps: Deps, flags: Flags, readInput: () => Promise<string>) => Promise<unknown>
      }
    /** Needs no configuration and no database. */
    | { runAlone: (flags: Flags) => unknown }
  )

/** The text of a flag that the command needs. */
export function textOf(flags: Flags, name: string): string {
  const value = flags[name]
  if (typeof value !== 'string') throw new CommandError(`--${name} is missing`)
  return value
}

/**
 * Secrets by name, each from `--name-stdin`, `--name-file F` or, seen by everybody on this machine, `--name S`. Of standard input each takes
 * a line in the order of `names`, the last one all the rest; the line end does not count. Null: not given.
 */
export async function secretsOf<Name extends string>(
  flags: Flags,
  names: readonly Name[],
  readInput: () => Promise<string>,
): Promise<Record<Name, string | null>> {
  const fromInput = names.filter((name) => flags[`${name}-stdin`] === true)
  let input = fromInput.length === 0 ? '' : await readInput()
  const found: [Name, string | null][] = names.map((name) => {
    const { [name]: given, [`${name}-file`]: file } = flags
    const byInput = fromInput.includes(name)
    if ([given !== undefined, file !== undefined, byInput].filter(Boolean).length > 1)
      throw new CommandError(`Pass the ${name} in one way, not in two`)
    if (typeof file === 'string') return [name, withoutLineEnd(readGivenFile(file).toString('utf8'))]
    if (!byInput) return [name, typeof given === 'string' ? given : null]
    if (name === fromInput.at(-1)) return [name, withoutLineEnd(input)]
    const [line = '', ...rest] = input.split('\n')
    input = rest.join('\n')
    return [name, withoutLineEnd(line)]
  })
  return Object.fromEntries(found) as Record<Name, string | null>
}

const withoutLineEnd = (text: string) => text.replace(/\r?\n?$/, '')

export function readGivenFile(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch {
    throw new CommandError(`The file ${file} cannot be read`)
  }
}

/** What was typed after the command's name; throws, with the usage, when it does not fit. */
export function readFlags(name: string, command: CommandLine, args: string[]): Flags {
  const withText = [...command.needs, ...(command.mayHave ?? [])]
  const options = Object.fromEntries([
    ...withText.map((flag) => [flag, { type: 'string' as const }]),
    ...(command.switches ?? []).map((flag) => [flag, { type: 'boolean' as const }]),
  ]) as Record<string, { type: 'string' | 'boolean' }>
  let flags: Flags
  try {
    flags = { ...parseArgs({ args, options, strict: true, allowPositionals: false }).values } as Flags
  } catch (error) {
    throw new CommandError(`${error instanceof Error ? error.message : ''}\nUsage: ${name} ${command.usage}`)
  }
  const missing = command.needs.filter((flag) => flags[flag] === undefined)
  if (missing.length > 0)
    throw new CommandError(
      `Missing: ${missing.map((flag) => `--${flag}`).join(', ')}\nUsage: ${name} ${command.usage}`,
    )
  return flags
}

/** The number of an endpoint, as its page shows it; null: all of them. */
export function endpointOf({ endpoint }: Flags): number | null {
  if (endpoint === undefined) return null
  if (typeof endpoint !== 'string' || !/^[1-9]\d{0,4}$/.test(endpoint))
    throw new CommandError('--endpoint must be the number of an endpoint, such as 2')
  return Number(endpoint)
}

/** Which setting a flag of settings:set is. */
export const settingOf = {
  'send-delay-s': 'sendDelayS',
  currency: 'currency',
  'cooling-off-h': 'coolingOffH',
  'require-balance': 'requireBalance',
  'require-balance-merchant': 'requireBalanceMerchant',
  'grant-hold-days': 'grantHoldDays',
  'expire-after-days': 'expireAfterDays',
  'remind-before-h': 'remindBeforeH',
  'approval-late-h': 'approvalLateH',
  'access-wait-h': 'accessWaitH',
  'independent-after-days': 'independentAfterDays',
  'escalate-after-h': 'escalateAfterH',
  'event-days': 'eventDays',
  'archive-after-days': 'archiveAfterDays',
  'erase-after-days': 'eraseAfterDays',
} as const satisfies Record<string, keyof SettingsInput>

/** One payout, or everything with an anchor that was kept elsewhere, if it is given. */
export function historyOf(flags: Flags): Parameters<typeof verifyHistory>[2] {
  const { id, hash, 'last-event': lastEvent } = flags
  if (typeof id === 'string' && (hash ?? lastEvent) === undefined) return { payoutId: id }
  if (id === undefined && hash === undefined && lastEvent === undefined) return {}
  if (id !== undefined || typeof hash !== 'string' || typeof lastEvent !== 'string')
    throw new CommandError('Give --id alone, or --last-event and --hash together')
  if (!/^\d{1,18}$/.test(lastEvent)) throw new CommandError('--last-event must be the number of an event')
  const { 'last-audit': lastAudit, 'audit-hash': auditHash } = flags
  if (lastAudit === undefined && auditHash === undefined)
    return { kept: { lastEventId: BigInt(lastEvent), hash } }
  if (typeof lastAudit !== 'string' || typeof auditHash !== 'string' || !/^\d{1,18}$/.test(lastAudit))
    throw new CommandError('Give --last-audit, the number of an audit row, and --audit-hash together')
  const audit = { lastEventId: BigInt(lastAudit), hash: auditHash }
  return { kept: { lastEventId: BigInt(lastEvent), hash, audit } }
}
