import type { InputProblem } from './refusals.ts'

export const reasonMaxCharacters = 500

/** What is wrong with a text that people must write; null: nothing. Lines are allowed. Tidy it first, with `tidyProse`. */
export function textProblem(path: string, text: string, maxCharacters: number): InputProblem | null {
  if (text === '') return { path, said: { code: 'empty' } }
  if (text.length > maxCharacters) return { path, said: { code: 'tooLong', max: maxCharacters } }
  return /[^\P{Cc}\n\t]/u.test(text) ? { path, said: { code: 'control' } } : null
}
