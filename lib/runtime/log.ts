import pino from 'pino'
import type { Log } from '#lib/services/ports.ts'
import type { LogLevel } from './env.ts'

/** Names whose values no log may hold, in lower case and without separators. */
const secretNames = [
  'authorization',
  'cookie',
  'setcookie',
  'password',
  'passwordhash',
  'token',
  'tokenhash',
  'secret',
  'authsecret',
  'linksecret',
  'totpsecret',
  'control',
  'merchantcontrol',
  'privatekey',
  'privatekeypem',
  'apikey',
  'accountnumber',
  'destination',
]
/** Deeper than anything we log on purpose; a cycle ends here too. */
const maxDepth = 6

/** A copy without secrets: values under secret names, tokens in paths, keys and credentials inside texts. */
export function scrub(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return scrubText(value)
  if (value === null || typeof value !== 'object' || value instanceof Date) return value
  if (depth >= maxDepth) return '[deep]'
  if (value instanceof Error) return scrub(pino.stdSerializers.err(value), depth)
  if (Array.isArray(value)) return value.map((entry) => scrub(entry, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      secretNames.includes(name.toLowerCase().replaceAll(/[^a-z]/g, ''))
        ? '[redacted]'
        : scrub(inner, depth + 1),
    ]),
  )
}

function scrubText(text: string): string {
  return text
    .replaceAll(/(\/pay\/|\/sign-in\/link\/)[\w-]{16,}/g, '$1[token]')
    .replaceAll(
      /-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g,
      '[private key]',
    )
    .replaceAll(/\b(Bearer|OAuth|Basic)\s+\S.*/gi, '$1 [redacted]')
    .replaceAll(/(\w+:\/\/[^\s:/@]*):[^\s@/]+@/g, '$1:[redacted]@')
}

/** JSON lines on standard output, or on standard error for commands whose output is their answer. */
export function createLog(level: LogLevel, process: string, to: 'stdout' | 'stderr' = 'stdout'): Log {
  const options: pino.LoggerOptions = {
    level,
    base: { process },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { log: (facts) => scrub(facts) as Record<string, unknown> },
  }
  const logger = pino(options, pino.destination({ fd: to === 'stdout' ? 1 : 2, sync: true }))
  return {
    info: (facts, message) => logger.info(facts, scrubText(message)),
    warn: (facts, message) => logger.warn(facts, scrubText(message)),
    error: (facts, message) => logger.error(facts, scrubText(message)),
  }
}
