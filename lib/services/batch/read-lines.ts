import { batchMaxRows } from './read-batch.ts'

/** The last line of any spreadsheet. */
const lastLine = 1_048_576

/** "12, 20-25": the line numbers, each once; null: that is something else, or no lines of a batch. */
export function readLines(text: string): number[] | null {
  const lines = new Set<number>()
  for (const part of text.split(/[\s,;]+/).filter((one) => one !== '')) {
    const [, from, to = from] = /^(\d{1,7})(?:[-–](\d{1,7}))?$/.exec(part) ?? []
    if (from === undefined || Number(to) > lastLine) return null
    if (Number(to) < Number(from) || Number(to) - Number(from) > batchMaxRows) return null
    for (let line = Number(from); line <= Number(to); line++) lines.add(line)
  }
  return lines.size > batchMaxRows ? null : [...lines]
}
