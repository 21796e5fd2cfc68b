/** What JSON.parse hides about a JSON text: keys given twice, and numbers that it would change. */
import { visit } from 'jsonc-parser'
import type { InputProblem } from '#lib/payouts/refusals.ts'

/** Enough to help; a text may hold thousands. */
const problemsMax = 50

/** For shallow, valid JSON: `visit` recurses. Each problem at its path, e.g. `metadata.order`, `list.0`. */
export function jsonTextProblems(text: string): InputProblem[] {
  const problems: InputProblem[] = []
  const tell = (path: (string | number)[], message: string) => {
    if (problems.length < problemsMax) problems.push({ path: path.join('.').slice(0, 200), message })
  }
  const open: Set<string>[] = []
  visit(text, {
    onObjectBegin: () => void open.push(new Set()),
    onObjectEnd: () => void open.pop(),
    onObjectProperty(name, _offset, _length, _line, _character, pathOf) {
      const names = open.at(-1)
      if (names?.has(name)) tell([...pathOf(), name], 'This field is given twice.')
      names?.add(name)
    },
    onLiteralValue(value: unknown, offset, length, _line, _character, pathOf) {
      if (typeof value === 'number' && !survives(text.slice(offset, offset + length)))
        tell(pathOf(), 'This number cannot be kept exactly. Send it as text.')
    },
  })
  return problems
}

/** Does a JSON number keep its value when it is read as a double and written again? */
export function survives(written: string): boolean {
  const kept = Number(written)
  return Number.isFinite(kept) && plain(written) === plain(String(kept))
}

/** A decimal as its digits without zeros around them, and the power of ten of the last one: `-1.50e3` is `-15e2`. */
function plain(decimal: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(decimal) ?? []
  const digits = (whole + fraction).replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return '0'
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`
}
