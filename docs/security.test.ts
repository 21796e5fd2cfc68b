/** The page about security names every item of levels 1 and 2 of OWASP's ASVS 5.0 exactly once, and files that exist. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const project = join(import.meta.dirname, '..')
const page = readFileSync(join(import.meta.dirname, 'security.md'), 'utf8')

/** Each line a group of the standard, and the numbers in it that levels 1 and 2 have. */
const items = `
  V1.1 1 2
  V1.2 1 2 3 4 5 6 7 8 9
  V1.3 1 2 3 4 5 6 7 8 9 10 11
  V1.4 1 2 3
  V1.5 1 2
  V2.1 1 2 3
  V2.2 1 2 3
  V2.3 1 2 3 4
  V2.4 1
  V3.2 1 2
  V3.3 1 2 3 4
  V3.4 1 2 3 4 5 6
  V3.5 1 2 3 4 5
  V3.7 1 2
  V4.1 1 2 3
  V4.2 1
  V4.3 1 2
  V4.4 1 2 3 4
  V5.1 1
  V5.2 1 2 3
  V5.3 1 2
  V5.4 1 2 3
  V6.1 1 2 3
  V6.2 1 2 3 4 5 6 7 8 9 10 11 12
  V6.3 1 2 3 4
  V6.4 1 2 3 4
  V6.5 1 2 3 4 5
  V6.6 1 2 3
  V6.8 1 2 3 4
  V7.1 1 2 3
  V7.2 1 2 3 4
  V7.3 1 2
  V7.4 1 2 3 4 5
  V7.5 1 2
  V7.6 1 2
  V8.1 1 2
  V8.2 1 2 3
  V8.3 1
  V8.4 1
  V9.1 1 2 3
  V9.2 1 2 3 4
  V10.1 1 2
  V10.2 1 2
  V10.3 1 2 3 4
  V10.4 1 2 3 4 5 6 7 8 9 10 11
  V10.5 1 2 3 4 5
  V10.6 1 2
  V10.7 1 2 3
  V11.1 1 2
  V11.2 1 2 3
  V11.3 1 2 3
  V11.4 1 2 3 4
  V11.5 1
  V11.6 1
  V12.1 1 2 3
  V12.2 1 2
  V12.3 1 2 3 4
  V13.1 1
  V13.2 1 2 3 4 5
  V13.3 1 2
  V13.4 1 2 3 4 5
  V14.1 1 2
  V14.2 1 2 3 4
  V14.3 1 2 3
  V15.1 1 2 3
  V15.2 1 2 3
  V15.3 1 2 3 4 5 6 7
  V16.1 1
  V16.2 1 2 3 4 5
  V16.3 1 2 3 4
  V16.4 1 2 3
  V16.5 1 2 3
  V17.1 1
  V17.2 1 2 3 4
  V17.3 1 2
`
  .trim()
  .split('\n')
  .flatMap((line) => {
    const [group, ...numbers] = line.trim().split(' ')
    return numbers.map((number) => `${group}.${number}`)
  })

const rows = page
  .slice(page.indexOf('## The items'))
  .split('\n')
  .filter((line) => /^\| (V\d|all of)/.test(line))
  .map((line) => {
    const [, ids = '', met = '', how = '', tests = ''] = line.split('|').map((cell) => cell.trim())
    const [, chapter] = /^all of (V\d+)$/.exec(ids) ?? []
    return {
      ids: chapter ? items.filter((id) => id.startsWith(`${chapter}.`)) : ids.split(', '),
      ...{ met, how, tests: [...tests.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path) },
    }
  })

it('names every item once', () => {
  const named = rows.flatMap(({ ids }) => ids)
  expect(named.toSorted()).toEqual(items.toSorted())
})

it('says of each whether it is met, and how or why not', () => {
  for (const { met, how } of rows) {
    expect(['Y', 'P', 'N', '–']).toContain(met)
    expect(how).not.toBe('')
  }
})

it('names tests that exist, and one for everything that is met', () => {
  const paths = rows.flatMap(({ tests }) => tests)
  expect(paths.filter((path) => !existsSync(join(project, path)))).toEqual([])
  expect(rows.filter(({ met, tests }) => met === 'Y' && tests.length === 0)).toEqual([])
})
