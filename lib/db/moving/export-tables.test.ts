/** Nothing is exported or forgotten by accident, and docs/moving.md says of every file and field what it is. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { formatText } from '../../../scripts/format-text.ts'
import { exportedTables, leftBehind } from './export-tables.ts'

type Column = { name: string; type: string; says: string }

/** The tables and columns of prisma/schema.prisma, with what it says of them. */
function readSchema(): Map<string, Column[]> {
  const source = readFileSync('prisma/schema.prisma', 'utf8')
  const models = [...source.matchAll(/^model (\w+) \{\n([\s\S]*?)^\}/gm)]
  const names = new Set(models.map(([, name]) => name))
  return new Map(
    models.map(([, , body = '']) => {
      const columns: Column[] = []
      let says = ''
      for (const line of body.split('\n').map((one) => one.trim())) {
        const [, name, type = '', list = '', rest = ''] = /^(\w+) +(\w+)(\[\]|\?)?(.*)$/.exec(line) ?? []
        if (line.startsWith('///')) says += `${line.slice(3).trim()} `
        else if (name !== undefined && !names.has(type)) {
          const column = /@map\("(\w+)"\)/.exec(rest)?.[1] ?? name
          columns.push({ name: column, type: typeText(type, list, rest), says: says.trim() })
          says = ''
        } else says = ''
      }
      return [/@@map\("(\w+)"\)/.exec(body)?.[1] ?? '', columns]
    }),
  )
}

const typeTexts: Record<string, string> = {
  String: 'text',
  Int: 'number',
  BigInt: 'whole number as text',
  Boolean: 'true or false',
  Json: 'JSON',
  Bytes: 'base64',
}
function typeText(type: string, list: string, rest: string): string {
  const base =
    type === 'DateTime' ? (rest.includes('@db.Date') ? 'day' : 'time') : (typeTexts[type] ?? 'text')
  if (list === '[]') return `list of ${base}`
  return list === '?' ? `${base} or null` : base
}

const schema = readSchema()
const columnsOf = (table: string) => schema.get(table) ?? []

describe('what an export holds', () => {
  it('is every table, or the table is left behind for a reason', () => {
    const named = [...exportedTables.map(({ table }) => table), ...Object.keys(leftBehind)]
    expect([...named].sort()).toEqual([...schema.keys()].sort())
  })

  it.each(exportedTables)('of $table is every column, or it stays behind for a reason', (spec) => {
    const named = [...spec.columns, ...Object.keys(spec.without ?? {})]
    expect([...named].sort()).toEqual(
      columnsOf(spec.table)
        .map(({ name }) => name)
        .sort(),
    )
  })

  it.each(exportedTables)('of $table has nothing that looks like a secret', ({ columns }) => {
    const suspect = /hash|sealed|secret|token|password|print|phrase/
    const harmless = [
      'content_hash',
      'hash',
      'prev_hash',
      'first_hash',
      'last_hash',
      'audit_hash',
      'secret_since',
    ]
    expect(columns.filter((name) => suspect.test(name) && !harmless.includes(name))).toEqual([])
  })
})

/** The part of the page that is made. */
function describeFiles(): string {
  const files = exportedTables.map(
    ({ table, is, columns, without = {}, of, notOfOne = [], fields, hashed }) => {
      const known = new Map(columnsOf(table).map((column) => [column.name, column]))
      const lines = columns.map((name) => {
        const { type = '', says = '' } = known.get(name) ?? {}
        return `- \`${name}\`: ${type}${says === '' ? '' : `. ${says.replaceAll(/ *\(?lib\/[\w/.-]+\)?/g, '')}`}`
      })
      if (fields)
        lines.push(
          '- `fields`: JSON. Cardzo’s names of the account’s fields, with their values; masked, only `…_last4` of numbers. Null: its seal can’t be opened.',
        )
      if (hashed) lines.push('- `material`: text. What `hash` is the SHA-256 of.')
      const lacks = notOfOne.map((name) => `\`${name}\``).join(', ')
      const ofOne =
        of === undefined
          ? ''
          : ` In an export of one receiver too${lacks === '' ? '' : `, without ${lacks}, which may name others`}.`
      const rest = Object.entries(without).map(([name, why]) => `\`${name}\` (${why})`)
      return [
        `### ${table}.jsonl\n\nA line is ${is}.${ofOne}`,
        lines.join('\n'),
        ...(rest.length > 0 ? [`Stays behind: ${rest.join(', ')}.`] : []),
      ].join('\n\n')
    },
  )
  const tables = Object.entries(leftBehind).map(([table, why]) => `- \`${table}\`: ${why}`)
  return [...files, '### Not exported', tables.join('\n')].join('\n\n')
}

const [begin, end] = ['<!-- files: made from the code by npm run docs:moving -->', '<!-- end of files -->']

it('docs/moving.md says of every file and field what it is; npm run docs:moving writes it', async () => {
  const page = readFileSync('docs/moving.md', 'utf8')
  const [before = ''] = page.split(begin)
  const [, after = ''] = page.split(end)
  const whole = `${before}${begin}\n\n${describeFiles()}\n\n${end}${after}`
  const text = await formatText('docs/moving.md', whole)
  await expect(text).toMatchFileSnapshot('../../../docs/moving.md')
})
