// Shows what goes wrong in a process that writes to a log file, and nothing else.
import { closeSync, openSync, readSync } from 'node:fs'

/** How often to look. */
const intervalMs = 300
/** A process in trouble repeats itself; the log has the rest. */
const linesAtOnce = 8
/** pino's number for `error`. */
const errorLevel = 50

/** Prints errors that appear in `logFile`, each with `name` in front, until the returned function is called. */
export function watchLog(name: string, logFile: string): () => void {
  const file = openSync(logFile, 'r')
  let rest = ''
  const look = () => {
    const lines = (rest + readNew(file)).split('\n')
    rest = lines.pop() ?? ''
    const errors = lines.map(errorIn).filter((error) => error !== undefined)
    for (const error of errors.slice(0, linesAtOnce)) console.error(`  ${name} | ${error}`)
    if (errors.length > linesAtOnce) console.error(`  ${name} | … more in ${logFile}`)
  }
  const timer = setInterval(look, intervalMs)
  return () => {
    clearInterval(timer)
    closeSync(file)
  }
}

/** What was appended since the last call; the file's own position moves on. */
function readNew(file: number): string {
  const buffer = Buffer.alloc(64 * 1024)
  return buffer.toString('utf8', 0, readSync(file, buffer))
}

/** The error that a log line reports, or undefined: a JSON line by its level, any other by how errors look. */
export function errorIn(line: string): string | undefined {
  // The sign and one word: an option that is off, in the list that a build begins with.
  if (!line.startsWith('{')) return /^\s*(⨯\s+\S+\s+\S|\w*Error\b)/.test(line) ? line.trim() : undefined
  try {
    const entry = JSON.parse(line) as { level?: unknown; msg?: unknown; err?: { message?: unknown } }
    if (typeof entry.level !== 'number' || entry.level < errorLevel) return undefined
    const texts = [entry.msg, entry.err?.message].filter((text) => typeof text === 'string')
    return [...new Set(texts)].join(': ')
  } catch {
    return undefined
  }
}
