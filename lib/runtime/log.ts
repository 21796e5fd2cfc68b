import pino from 'pino'
import { maskNumbers } from '#lib/cardzo/index.ts'
import type { Log } from '#lib/services/ports.ts'
import type { LogLevel } from './env.ts'
import { processMetrics } from './watch/metrics.ts'
import { traceHere } from './watch/traces.ts'

/** A value is secret if its name, in lower case and without separators, contains one of `secretParts` or is one of `secretNames`. */
const secretParts = [
  'password',
  'secret',
  'token',
  'cookie',
  'authorization',
  'privatekey',
  'apikey',
  'signature',
  'accountnumber',
  'iban',
  // Who people are.
  'firstname',
  'lastname',
  'fullname',
  'holder',
  'recipient',
  'email',
  'phone',
  'birth',
]
const secretNames = [
  'control',
  'merchantcontrol',
  'destination',
  'fields',
  'params',
  'body',
  'form',
  'receiver',
  'metadata',
  // What was sent to the database.
  'parameters',
  'values',
]
/** Names of ids: long numbers, but not account numbers. */
const idName = /(^|_)ids?$|Ids?$|^(serial|sn|digest$)/

/**
 * What an error may say beside its message. The rest is left out: PostgreSQL's `detail` and `where`, and what libraries put on their errors,
 * repeat the row or the request.
 */
const factsOfErrors = new Set([
  ...['type', 'message', 'stack', 'code', 'aggregateErrors', 'errno', 'syscall', 'port', 'responseCode'],
  ...['severity', 'schema', 'table', 'column', 'constraint', 'routine', 'digest'],
])

/** Deeper than anything we log on purpose. Ends cycles, too. */
const maxDepth = 6

/** A copy without values under secret names, and without tokens, keys, control values and account numbers in texts. */
export function scrub(value: unknown, name = '', depth = 0): unknown {
  if (typeof value === 'string') return idName.test(name) ? scrubSecrets(value) : scrubText(value)
  if (value === null || typeof value !== 'object' || value instanceof Date) return value
  if (depth >= maxDepth) return '[deep]'
  if (value instanceof Error) return scrub(errorFacts(value), name, depth)
  if (ArrayBuffer.isView(value)) return '[bytes]'
  if (Array.isArray(value)) return value.map((entry) => scrub(entry, name, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      scrubText(key),
      isSecret(key) ? '[redacted]' : scrub(inner, key, depth + 1),
    ]),
  )
}

function errorFacts(error: Error): Record<string, unknown> {
  const { aggregateErrors, ...facts }: Record<string, unknown> = pino.stdSerializers.err(error)
  const known: [string, unknown][] = Object.entries(facts).filter(([name]) => factsOfErrors.has(name))
  const inside: unknown[] = error instanceof AggregateError ? error.errors : []
  return {
    ...Object.fromEntries(known),
    ...(aggregateErrors !== undefined && { aggregateErrors: inside }),
  }
}

function isSecret(name: string): boolean {
  const bare = name.toLowerCase().replaceAll(/[^a-z]/g, '')
  return secretNames.includes(bare) || secretParts.some((part) => bare.includes(part))
}

/** The same for one text, which may be a library's message, a stack or a page. */
export const scrubText = (text: string): string => maskNumbers(scrubSecrets(text))

const names =
  '(?:password|passwd|secret|token|control|signature|cookie|api[_-]?key|private[_-]?key|account[_-]?number|iban)'
const quoted = `(?:"[^"]*"|'[^']*')`
/** `name=value`, `name: "value"` and `"name":value`, as libraries quote what they were given. A name and a bare colon are only the start of a sentence. */
const namedSecret = new RegExp(
  `([\\w-]*${names}\\w*(?:\\s*=\\s*|\\s*:\\s*(?=["'])|["'\\]]+\\s*[=:]\\s*))(?:${quoted}|[^\\s"',;&)}\\]]+)`,
  'gi',
)
/** A name before the sign may be quoted; the domain has a dot. The demo's people are nobody, and the operator is told who they are. */
const mailAddress =
  /(?:"[^"\n]{1,64}"|[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64})@(?!demo\.example(?![\w.-]))((?:[\p{L}\p{N}-]+\.)+\p{L}{2,})/giu
/** All our tokens are 256 random bits in base64url, with letters of both cases and digits. */
const tokenLike = /(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{43}(?![\w-])/g

function scrubSecrets(text: string): string {
  return (
    text
      .replaceAll(/(\/pay\/|\/sign-in\/link\/|\/invite\/)[\w-]{16,}/g, '$1[token]')
      .replaceAll(
        /-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g,
        '[private key]',
      )
      .replaceAll(/\b(Bearer|OAuth|Basic)\s+\S.*/gi, '$1 [redacted]')
      .replaceAll(/(\w+:\/\/[^\s:/@]*):[^\s@/]+@/g, '$1:[redacted]@')
      .replaceAll(/\bcpp_[\w-]{8,}/g, '[api key]')
      .replaceAll(namedSecret, '$1[redacted]')
      .replaceAll(tokenLike, '[token]')
      // The domain says which mail server it was about.
      .replaceAll(mailAddress, '…@$1')
      // What a SHA-1 control value looks like.
      .replaceAll(/(?<![\w-])[0-9a-f]{40}(?![\w-])/g, '[control]')
  )
}

/** Writes JSON lines to standard output, or to standard error for commands whose output is their answer. */
export const createLog = (level: LogLevel, process: string, to: 'stdout' | 'stderr' = 'stdout'): Log =>
  logTo(pino.destination({ fd: to === 'stdout' ? 1 : 2, sync: true }), level, process)

/** The same, line by line, to anything. */
export function logTo(destination: pino.DestinationStream, level: LogLevel, process: string): Log {
  const options: pino.LoggerOptions = {
    level,
    base: { process },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { log: (facts) => scrub({ ...facts, ...traceHere() }) as Record<string, unknown> },
  }
  const logger = pino(options, destination)
  return {
    info: (facts, message) => logger.info(facts, scrubText(message)),
    warn: (facts, message) => {
      processMetrics().logLines.inc({ level: 'warn' })
      logger.warn(facts, scrubText(message))
    },
    error: (facts, message) => {
      processMetrics().logLines.inc({ level: 'error' })
      logger.error(facts, scrubText(message))
    },
  }
}
