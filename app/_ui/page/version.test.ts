import { expect, it } from 'vitest'
import { isOfOtherVersion, judgeVersion } from './version.ts'

it('calls a page outdated when two answers in a row name the same other version', () => {
  expect(judgeVersion('a', 'a')).toBe(false)
  // An update is being rolled out: old and new servers answer in turn.
  expect(judgeVersion('a', 'b')).toBe(false)
  expect(judgeVersion('a', 'a')).toBe(false)
  expect(judgeVersion('a', 'b')).toBe(false)
  expect(isOfOtherVersion()).toBe(false)
  expect(judgeVersion('a', 'b')).toBe(true)
  expect(isOfOtherVersion()).toBe(true)
  // A server that says nothing (it is away) changes nothing.
  expect(judgeVersion('a', null)).toBe(true)
  // They went back to the version of this page.
  expect(judgeVersion('a', 'a')).toBe(false)
  expect(isOfOtherVersion()).toBe(false)
  // Two updates, one after the other.
  expect([judgeVersion('a', 'b'), judgeVersion('a', 'c'), judgeVersion('a', 'c')]).toEqual([
    false,
    false,
    true,
  ])
})
