import type { Refusal } from '#lib/payouts/refusals.ts'
import { inEnglish } from '#lib/words/problem-text.ts'
import { refusalText } from '#lib/words/refusal-text.ts'
import { CommandError } from './command.ts'

/** The answer of a verb that said yes; a refusal ends the command, with its words. */
export function good<Good extends { ok: true }>(result: Good | Refusal): Good {
  if (result.ok) return result
  const details = (result.errors ?? []).map(inEnglish).map(({ path, message }) => `\n  ${path}: ${message}`)
  throw new CommandError(refusalText('en', result) + details.join(''))
}
