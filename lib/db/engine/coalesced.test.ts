import { expect, it } from 'vitest'
import { coalesced } from './coalesced.ts'

it('begins at once, and runs once more for all who asked in the meantime', async () => {
  const finish: (() => void)[] = []
  const { ask, done } = coalesced(() => new Promise((resolve) => finish.push(resolve)))
  ask()
  expect(finish).toHaveLength(1)
  for (let n = 0; n < 5; n++) ask()
  expect(finish).toHaveLength(1)
  const all = done()
  finish[0]?.()
  await expect.poll(() => finish.length).toBe(2)
  finish[1]?.()
  await all
  expect(finish).toHaveLength(2)
})

it('begins again after it has come to rest, and has nothing to wait for when nobody asked', async () => {
  let runs = 0
  const { ask, done } = coalesced(() => {
    runs++
    return Promise.resolve()
  }, 1)
  await done()
  expect(runs).toBe(0)
  ask()
  await done()
  ask()
  await done()
  expect(runs).toBe(2)
})
