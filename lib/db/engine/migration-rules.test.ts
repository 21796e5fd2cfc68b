/**
 * What a migration may do while the portal runs (docs/upgrades.md). Migrations from before are not judged, because a released one never
 * changes.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { listMigrations, migrationsFolder } from './migrations-folder.ts'

const locksSaidFrom = '20261127000500'
/** Those between say what they lock in words of their own. */
const judgedFrom = '20261127000800'

/** Statements that lock for long, or take from the version before what it still uses: only with a reason. */
const dangerous: [what: string, form: RegExp][] = [
  ['rewrites the table', /\bALTER (COLUMN )?\S+ (SET DATA )?TYPE\b/i],
  [
    'rewrites the table',
    /\bADD (COLUMN )?\S+ .*\bDEFAULT (?!('[^']*'|[\d.]+|true|false|null|now\(\)|current_timestamp)\b)/i,
  ],
  ['reads the whole table under its lock', /\bALTER (COLUMN )?\S+ SET NOT NULL\b/i],
  ['reads the whole table under its lock', /\bADD CONSTRAINT (?!.*\b(NOT VALID|USING INDEX)\b)/i],
  ['keeps writers out while it is built', /^CREATE (UNIQUE )?INDEX (?!CONCURRENTLY)/i],
  ['takes away what the version before may use', /\bDROP COLUMN\b|^DROP TABLE\b|\bRENAME (COLUMN|TO)\b/i],
  ['is refused by the version before', /\bADD (COLUMN )?\S+ (?!.*\bDEFAULT\b).*\bNOT NULL\b/i],
  ['changes rows or locks a table', /^(UPDATE|DELETE FROM|LOCK)\b/i],
]

/** What is wrong with a migration. */
function wrongIn(script: string): string[] {
  const wrong: string[] = []
  const lines = script.split('\n')
  const head = lines.slice(
    0,
    lines.findIndex((line) => line.trim() !== '' && !line.startsWith('--')),
  )
  const locks = / ?Locks: (.*)$/s.exec(head.map((line) => line.replace(/^--/, '')).join(' '))?.[1]
  if (locks === undefined) wrong.push('its head comment does not say "Locks:"')
  else if (!/^none\b/.test(locks)) {
    if (!/ACCESS EXCLUSIVE|SHARE|ROW EXCLUSIVE/.test(locks)) wrong.push('"Locks:" names no lock mode')
    if (!/\d ?(ms|s|min)\b/.test(locks))
      wrong.push('"Locks:" does not say how long it takes on 1,000,000 payouts')
  }
  // Functions are indented or between dollar signs; a statement of the migration itself begins its line.
  const own = script.replaceAll(/\$(\w*)\$.*?\$\1\$/gs, (body) => body.replaceAll(/^/gm, ' '))
  const statements = own.replaceAll(/^CREATE TABLE .*?;/gims, (made) => made.replaceAll(/^/gm, ' '))
  statements.split('\n').forEach((line, at, all) => {
    if (line.startsWith('--')) return
    // A statement of several lines has its reason before the first.
    let first = at
    while (first > 0 && !/^(--|\s*$)/.test(all[first - 1] ?? '') && !/;\s*$/.test(all[first - 1] ?? ''))
      first--
    const found = dangerous.find(([, form]) => form.test(line))
    if (found && !line.startsWith(' ') && !/^-- Why: ?\S+ \S+/.test(all[first - 1] ?? ''))
      wrong.push(`a "-- Why:" is missing, for it ${found[0]}: ${line}`)
    if (/\block_timeout\b/i.test(line)) wrong.push('lock_timeout is what npm run db:migrate sets')
    if (/\bCONCURRENTLY\b/i.test(line) && !/^(--|CREATE (UNIQUE )?INDEX CONCURRENTLY)/i.test(line))
      wrong.push(`not in a migration: ${line}`)
  })
  return wrong
}

const pathOf = (name: string) => join(migrationsFolder, name, 'migration.sql')
const names = await listMigrations()

it.each(names.filter((name) => name >= locksSaidFrom))('%s says what it locks', (name) => {
  expect(readFileSync(pathOf(name), 'utf8')).toMatch(/^-- .*?Locks: /m)
})

it('migrations do nothing dangerous without a reason, and say how long they lock', () => {
  for (const name of names.filter((one) => one >= judgedFrom))
    expect({ name, wrong: wrongIn(readFileSync(pathOf(name), 'utf8')) }).toEqual({ name, wrong: [] })
})

it.each([
  'ALTER TABLE payout ALTER COLUMN version TYPE bigint;',
  'ALTER TABLE payout ADD COLUMN seen timestamptz DEFAULT clock_timestamp();',
  'ALTER TABLE payout ALTER COLUMN seen SET NOT NULL;',
  'ALTER TABLE payout ADD COLUMN seen int NOT NULL;',
  'CREATE INDEX payout_seen ON payout (seen);',
  'CREATE UNIQUE INDEX payout_seen ON payout (seen);',
  'ALTER TABLE payout DROP COLUMN seen;',
  'ALTER TABLE payout RENAME COLUMN seen TO looked_at;',
  'ALTER TABLE payout RENAME TO payment;',
  'DROP TABLE payout;',
  'ALTER TABLE payout ADD CONSTRAINT seen CHECK (seen > 0);',
  'UPDATE payout SET a = 1;',
  'DELETE FROM payout;',
  'LOCK TABLE payout;',
])('refuses %s, and takes it with a reason', (statement) => {
  const none = '-- Locks: none.\n'
  expect(wrongIn(`${none}${statement}`)).toHaveLength(1)
  expect(wrongIn(`${none}-- Why: the table is small.\n${statement}`)).toEqual([])
})

it.each([
  'ALTER TABLE payout ADD COLUMN seen int;',
  'ALTER TABLE payout ADD COLUMN seen int NOT NULL DEFAULT 0;',
  'CREATE INDEX CONCURRENTLY payout_seen ON payout (seen);',
  'ALTER TABLE payout ADD CONSTRAINT seen CHECK (seen > 0) NOT VALID;',
  'CREATE TABLE b (\n  a int NOT NULL,\n  CONSTRAINT c CHECK (a > 0)\n);',
])('takes %s as it is', (statement) => {
  expect(wrongIn(`-- Locks: none.\n${statement}`)).toEqual([])
})

it('knows what is missing', () => {
  const good =
    '-- Why it is here.\n-- Locks: payout ACCESS EXCLUSIVE for 5 ms.\nALTER TABLE payout ADD COLUMN a int;'
  expect(wrongIn(good)).toEqual([])
  expect(wrongIn('-- Locks: none, a new table.\nCREATE TABLE b (a int);')).toEqual([])
  expect(wrongIn('-- About.\nSELECT 1;')).toEqual(['its head comment does not say "Locks:"'])
  expect(wrongIn('-- Locks: payout for a moment.\nSELECT 1;')).toEqual([
    '"Locks:" names no lock mode',
    '"Locks:" does not say how long it takes on 1,000,000 payouts',
  ])
  const none = '-- Locks: none.\n'
  expect(wrongIn(`${none}CREATE FUNCTION f() AS $$\nUPDATE payout SET a = 1;\n$$;`)).toEqual([])
  expect(wrongIn(`${none}SET lock_timeout TO 0;`)).toEqual(['lock_timeout is what npm run db:migrate sets'])
  expect(wrongIn(`${none}DROP INDEX CONCURRENTLY a;`)).toEqual([
    'not in a migration: DROP INDEX CONCURRENTLY a;',
  ])
})
