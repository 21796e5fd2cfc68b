/** The short phrase by which a receiver knows that a mail or the sign-in page is ours. */
import type { Said } from './input-problems.ts'
import { lineProblem } from './text.ts'

export const phraseBounds = { min: 3, max: 60 } as const

/** What is wrong with a tidied phrase. Nothing in it may be clicked, so that nobody can turn it into a lure. */
export function phraseProblem(phrase: string): Said | undefined {
  const { length } = phrase
  if (length < phraseBounds.min || length > phraseBounds.max) return { code: 'phraseLength', ...phraseBounds }
  if (/[@/\\]|www\.|[\p{L}\p{N}]\.\p{L}{2}/iu.test(phrase)) return { code: 'phraseLink' }
  return lineProblem(phrase)
}
