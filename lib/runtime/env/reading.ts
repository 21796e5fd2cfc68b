/** Types and checks that every part of the environment shares. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'

/** Which process reads: the web server, the worker, or a command of the operator. */
export type Role = 'web' | 'worker' | 'command'

export type Variables = Record<string, string | undefined>

/** A variable, and what is wrong with it and what to do, as the end of a sentence that begins with its name. */
export type Problem = { name: string; text: string }

export type Read<T> = { ok: true; value: T } | { ok: false; problems: Problem[] }

export const wrong = (name: string, text: string) => ({ ok: false as const, problems: [{ name, text }] })

export const listProblems = (problems: readonly Problem[]) =>
  ['The environment is not right:', ...problems.map(({ name, text }) => `  ${name}: ${text}`)].join('\n')

export const unreadableFile = 'names a file that cannot be read. Check its path and its owner.'

export function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

export const needed = (what: string) => ({ error: `is missing. ${what}` })

export function wholeNumber(min: number, max: number, what: string) {
  const mustBe = `must be ${what}`
  return z
    .string()
    .regex(/^\d{1,10}$/, mustBe)
    .transform(Number)
    .refine((value) => value >= min && value <= max, mustBe)
}

/** A comma list without blanks and repetitions. `problem` says what is wrong with an entry; a secret one is not quoted. */
export function list(problem: (entry: string) => string | undefined, secret = false) {
  return z.string().transform((text, context) => {
    const entries = [...new Set(text.split(',').map((entry) => entry.trim()))].filter((entry) => entry !== '')
    for (const [index, entry] of entries.entries()) {
      const text = problem(entry)
      const named = secret ? `entry ${index + 1}` : JSON.stringify(entry)
      if (text) context.addIssue({ code: 'custom', message: `${named} ${text}` })
    }
    return entries
  })
}

export const anyPositiveMs = wholeNumber(1, 2 ** 31 - 1, 'a positive whole number of milliseconds')
