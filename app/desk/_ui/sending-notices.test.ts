import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

describe('a page of the desk', () => {
  const pages = globSync('app/desk/**/page.tsx')

  it.each(pages)('%s says when payments are stopped or Cardzo is asked first', (page) => {
    expect(readFileSync(page, 'utf8')).toContain('<SendingNotices actor={actor} />')
  })

  it('is looked for in the right place', () => {
    expect(pages.length).toBeGreaterThanOrEqual(5)
  })
})
