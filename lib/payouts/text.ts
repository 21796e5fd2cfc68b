/** Text from people and other systems as it is kept: NFC, without invisible characters. Pure. */
import type { Said } from './input-problems.ts'
import { plainDigits } from './typed-amount.ts'

/** Marks and overrides that turn the direction of what follows, so that "fdp.exe" can look like something else. */
const turning = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/u
/** Invisible: two texts that differ only in these look the same. */
const invisible = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/u
/** Persian and Indic words need their joiners; in these scripts they do nothing. */
const joiner =
  /(?<=[[\p{L}\p{M}]--[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]])[\u200c\u200d](?=[\p{L}\p{M}])/v
/** Says which form of the letter or sign before it is meant. */
const variant = /(?<=[\p{L}\p{N}\p{S}])[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u
const dropped = new RegExp(
  `${joiner.source}|${variant.source}|${turning.source}|(?<invisible>${invisible.source})`,
  'gv',
)
const outerBlanks = /^[\p{Z}\t\n\r]+|[\p{Z}\t\n\r]+$/gu

/** Is there anything to see? The blank braille cell counts as a symbol, but shows nothing. */
const isVisible = (text: string) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(text.replaceAll('\u2800', ''))

const trimmed = (text: string) => (isVisible(text) ? text.replaceAll(outerBlanks, '') : '')

const withoutInvisible = (text: string) =>
  text.normalize('NFC').replaceAll(dropped, (all, ...rest: unknown[]) => {
    const groups = rest.at(-1) as { invisible?: string }
    return groups.invisible === undefined ? all : ''
  })

/**
 * One line: NFC, every kind of blank as a plain one, trimmed, without invisible characters. Empty when nothing visible is left. Turning
 * characters stay, so that `lineProblem` can name them.
 */
export const tidyLine = (text: string): string => trimmed(withoutInvisible(text).replaceAll(/\p{Zs}/gu, ' '))

/** Several lines in a person's own words: as above, and turning characters are dropped. */
export const tidyProse = (text: string): string =>
  trimmed(
    withoutInvisible(text.replaceAll(/\r\n?|[\u2028\u2029]/g, '\n')).replaceAll(
      new RegExp(turning, 'gu'),
      '',
    ),
  )

/** An id or a reference: NFC, trimmed. `idProblem` says what else is wrong with it. */
export const tidyId = (text: string): string => text.normalize('NFC').replaceAll(outerBlanks, '')

/** Does it contain characters that turn the direction of writing? */
export const turnsWriting = (text: string): boolean => turning.test(text)

/** What is wrong with a line, or undefined. */
export function lineProblem(text: string): Said | undefined {
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)) return { code: 'control' }
  if (turnsWriting(text)) return { code: 'turning' }
  return undefined
}

/** The same for an id, where two that look alike must be equal. */
export function idProblem(text: string): Said | undefined {
  const asLine = lineProblem(text)
  if (asLine !== undefined) return asLine
  if (invisible.test(text)) return { code: 'invisible' }
  if (/[^\P{Zs} ]/u.test(text)) return { code: 'blanks' }
  return text === '' || isVisible(text) ? undefined : { code: 'empty' }
}

/** An e-mail address without what was pasted along with it. */
export const tidyEmail = (text: string): string =>
  text.normalize('NFC').replaceAll(new RegExp(invisible, 'gu'), '').replaceAll(outerBlanks, '')

/** With the domain as DNS spells it ("ada@xn--bcher-kva.example"); null when it doesn't look like an address. */
export function asciiEmail(text: string): string | null {
  const [, local, domain] = /^([^@\s]+)@([\p{L}\p{M}\p{N}.\u3002-]+)$/u.exec(tidyEmail(text)) ?? []
  if (local === undefined || domain === undefined) return null
  const { hostname } = URL.parse(`http://${domain}`) ?? {}
  return hostname === undefined || hostname === '' ? null : `${local}@${hostname}`
}

/** Equal for the same mailbox: capitals and the spelling of the domain don't matter. */
export const emailKey = (text: string): string => (asciiEmail(text) ?? tidyEmail(text)).toLowerCase()

type Named = { email?: string | null; firstName?: string | null; lastName?: string | null }

/** Which details of a receiver differ from what is known. Details that were not given don't differ. */
export function receiverDifferences(
  known: Readonly<Named>,
  said: { readonly [K in keyof Named]?: Named[K] | undefined },
): (keyof Named)[] {
  const key = (name: keyof Named, value: string) => (name === 'email' ? emailKey(value) : tidyLine(value))
  return (['email', 'firstName', 'lastName'] as const).filter((name) => {
    const [before, now] = [known[name] ?? null, said[name] ?? null]
    return now !== null && (before === null || key(name, before) !== key(name, now))
  })
}

/** These reach beyond their element: a lone end of an isolate closes the one around it, and an override goes on. */
const reaching = /[\u202a-\u202e\u2066-\u2069]/gu

/** For pages: characters that turn the direction of writing are written out as "[U+202E]". */
export const shownTurning = (text: string): string =>
  text.replaceAll(reaching, (one) => `[U+${one.charCodeAt(0).toString(16).toUpperCase()}]`)

const [isolateStart, isolateEnd] = ['\u2068', '\u2069']

/** Marks foreign text inside a sentence of ours, so that it can't turn what is around it. For pages only: never stored or sent. */
export const isolated = (text: string): string => `${isolateStart}${shownTurning(text)}${isolateEnd}`

/** Splits a sentence of ours into its own text and what `isolated` marked as foreign. */
export const splitIsolated = (text: string): { text: string; foreign: boolean }[] =>
  text
    .split(/\u2068([^\u2069]*)\u2069/u)
    .map((part, index) => ({ text: part, foreign: index % 2 === 1 }))
    .filter((part) => part.text !== '')

const rightToLeft =
  /[[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]&&[\p{L}\p{N}]]/v

/** For the options of a list, which can't contain elements. Text from left to right stays as it is. */
export const isolatedIfRtl = (text: string): string => (rightToLeft.test(text) ? isolated(text) : text)

/** A one-time or recovery code as it was meant: plain digits, without blanks, hyphens or invisible characters. */
export const plainCode = (text: string): string =>
  plainDigits(text.normalize('NFKC').replaceAll(/[\p{Z}\p{Cc}\p{Cf}\p{Pd}]/gu, ''))

/** A name from the code as people read it: `not_found` is "Not found". */
export function titleOf(name: string): string {
  const words = name.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
