import { expect, it, vi } from 'vitest'
import { createAnnouncer } from './announcer.ts'
import { wordOf } from './notice.ts'
import type { Notice } from './notice.ts'

const of = (n: number): Notice => ({
  about: 'payout',
  id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
})

function start(send: (payloads: string[]) => Promise<unknown>) {
  const warn = vi.fn()
  return { ...createAnnouncer(send, { warn }), warn }
}

it('sends the first notice at once, and what is told until it has left together, each once', async () => {
  const sent: string[][] = []
  const { tell, sent: done } = start((payloads) => Promise.resolve(sent.push(payloads)))
  tell(of(1))
  expect(sent).toEqual([[wordOf(of(1))]])
  tell(of(2), of(3), of(2))
  tell(of(3))
  await done()
  expect(sent.slice(1)).toEqual([[`${wordOf(of(2))} ${wordOf(of(3))}`]])
})

it('tells everybody to look instead of naming thousands', async () => {
  const sent: string[][] = []
  const { tell, sent: done } = start((payloads) => Promise.resolve(sent.push(payloads)))
  tell(of(0))
  tell(...Array.from({ length: 5_001 }, (_, n) => of(n)))
  await done()
  expect(sent.slice(1)).toEqual([['everything']])
})

it('goes on after the database was away', async () => {
  const sent: string[][] = []
  const {
    tell,
    sent: done,
    warn,
  } = start((payloads) => {
    sent.push(payloads)
    return sent.length === 1 ? Promise.reject(new Error('away')) : Promise.resolve()
  })
  tell(of(1))
  await done()
  expect(warn).toHaveBeenCalledOnce()
  tell(of(2))
  await done()
  expect(sent).toEqual([[wordOf(of(1))], [wordOf(of(2))]])
})

it('has nothing left to send when nothing was told', async () => {
  const send = vi.fn(() => Promise.resolve())
  const { tell, sent } = start(send)
  tell()
  await sent()
  expect(send).not.toHaveBeenCalled()
})
