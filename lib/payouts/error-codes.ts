/** Codes by which Cardzo ends a payout. There is no list of them: they are opaque text, and the merchant says what each means. */

/** What people read for one code, in one language. */
export type CodeTexts = {
  /** Why there is no money: for the receiver. */
  receiver: string
  /** What the receiver should do. */
  todo: string
  /** What happened, and what staff do about it. */
  staff: string
}

/** By language: keys are those of `locales` (lib/words/locales.ts). */
export type CodeWords = Record<'en' | 'ru', CodeTexts>

/** Every code that was seen or has words of the merchant's; null: it has none. */
export type CodeBook = ReadonlyMap<string, CodeWords | null>

/** Those that docs/protocol.md knows, and the key of their words in the area `codes`. */
const shipped = {
  '1': 'dataRefused',
  INVALID_CONTROL_CODE: 'keyRefused',
} as const

export type ShippedCode = (typeof shipped)[keyof typeof shipped]

export const shippedCode = (code: string): ShippedCode | null =>
  Object.hasOwn(shipped, code) ? shipped[code as keyof typeof shipped] : null

export const shippedCodes = Object.keys(shipped)

/** Longer ones are shown, and get no words. */
export const codeMaxCharacters = 100
