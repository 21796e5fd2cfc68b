import { parseAnswerPairs } from './encoding.ts'
import { parseJsonExactly } from './answers.ts'
import type { RawAnswer } from './verdicts.ts'

/** One record of a list, by field name. Blank values are left out. */
export type AnswerRecord = ReadonlyMap<string, string>

/**
 * Reads an answer that may hold several records of the same fields, in form or JSON mode. How Cardzo writes several is not known, so all
 * likely ways are understood: form fields that begin again, a JSON list, and a list within a JSON object. Null: it is none of these.
 */
export function readRecords(raw: Pick<RawAnswer, 'body' | 'received'>): AnswerRecord[] | null {
  const text = raw.body.trim()
  if (raw.received.problem !== null || text === '' || text.startsWith('<')) return null
  if (/^[[{]/.test(text)) return jsonRecords(text)
  const pairs = parseAnswerPairs(raw.body, raw.received.isWhole)
  return pairs && pairRecords(pairs)
}

/** A name that is there already begins the next record. */
function pairRecords(pairs: readonly (readonly [string, string])[]): AnswerRecord[] {
  const records: Map<string, string>[] = []
  let seen = new Set<string>()
  for (const [name, value] of pairs) {
    if (records.length === 0 || seen.has(name)) {
      records.push(new Map())
      seen = new Set()
    }
    seen.add(name)
    if (value !== '') records.at(-1)?.set(name, value)
  }
  return records
}

function jsonRecords(text: string): AnswerRecord[] | null {
  const value = parseJsonExactly(text)
  const list = Array.isArray(value) ? value : listWithin(value)
  const records = list.map(recordOf)
  return records.every((record) => record !== null) ? records : null
}

function listWithin(value: unknown): unknown[] {
  const inner = typeof value === 'object' && value !== null ? Object.values(value) : []
  const lists = inner.filter((each) => Array.isArray(each))
  return lists.length === 1 ? (lists[0] ?? []) : [value]
}

function recordOf(value: unknown): AnswerRecord | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const entries = Object.entries(value).flatMap(([name, each]: [string, unknown]) =>
    typeof each === 'string' && each.trim() !== '' ? [[name, each.trim()] as const] : [],
  )
  return new Map(entries)
}
