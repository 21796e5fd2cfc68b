import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { facts } from './facts.ts'

/** What docs/protocol.md marks as assumed or unknown: table rows by their first cell, sentences by their mark in brackets. */
function openFacts(): { section: string; text: string }[] {
  const found: { section: string; text: string }[] = []
  let section = ''
  let paragraph = ''
  const end = () => {
    for (const [, sentence = ''] of paragraph.matchAll(/([^.]+?)\s\((?:A|\?)(?:[ ,;][^)]*)?\)/g))
      found.push({ section, text: sentence.trim() })
    paragraph = ''
  }
  for (const line of readFileSync(join(import.meta.dirname, '../../docs/protocol.md'), 'utf8').split('\n')) {
    const heading = /^## (.+)$/.exec(line)?.[1]
    const cells = line.startsWith('|')
      ? line
          .split(/(?<!\\)\|/)
          .slice(1, -1)
          .map((cell) => cell.trim())
      : []
    if (heading !== undefined || line.trim() === '' || line.startsWith('- ') || cells.length > 0) end()
    if (heading !== undefined) section = heading
    else if (cells.length > 0) {
      if (/^(A|\?)$/.test(cells.at(-1) ?? '')) found.push({ section, text: cells[0] ?? '' })
    } else paragraph = `${paragraph} ${line.replace(/^- /, '')}`.trim()
  }
  end()
  return found
}

it('asks about every assumed or unknown fact of the protocol, or says why no program can', () => {
  const open = openFacts().filter(({ section }) => section !== 'How sure each fact is')
  const known = Object.values(facts)
  const isAsked = (one: { section: string; text: string }) =>
    known.some(({ section, text }) => section === one.section && one.text.startsWith(text))
  expect(open.filter((one) => !isAsked(one))).toEqual([])
  expect(open.length).toBeGreaterThan(20)
  const isOpen = (fact: { section: string; text: string }) =>
    open.some(({ section, text }) => section === fact.section && text.startsWith(fact.text))
  expect(known.filter((fact) => !isOpen(fact))).toEqual([])
})
