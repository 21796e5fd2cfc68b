// A TCP proxy between the portal and PostgreSQL that can hurt connections: reset them, stall them, or break them around a
// COMMIT, so that the client never learns whether it took place.
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

export type TcpProxy = {
  port: number
  /** Where new connections lead; a restarted server may have another port. */
  target: { port: number }
  resetAll: () => number
  /** Resets one connection, chosen by a number from 0 to 1; false when there is none. */
  resetOne: (pick: number) => boolean
  /** Nothing passes, in either direction, for so long. */
  stall: (ms: number) => void
  /** The next commits reach the server, and the connection breaks when it answers. */
  loseCommitAnswers: (count: number) => void
  /** The next commits never reach the server. */
  loseCommits: (count: number) => void
  /** Every fault that was asked for and has not happened yet is called off. */
  calm: () => void
  /** How often commits were hurt. */
  hurt: { commitAnswers: number; commits: number }
  close: () => Promise<void>
}

type Pair = { client: Socket; server: Socket; breaksOnAnswer: boolean }

/** The word as drivers send it: a message of its own, as text. */
const isCommit = (chunk: Buffer) => chunk.includes('COMMIT\0')

export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const target = { port: targetPort }
  const pairs = new Set<Pair>()
  const waiting = { answers: 0, commits: 0 }
  const hurt = { commitAnswers: 0, commits: 0 }
  let stalledUntil = 0
  let resume: NodeJS.Timeout | undefined

  const breakPair = (pair: Pair) => {
    pairs.delete(pair)
    pair.client.resetAndDestroy()
    pair.server.resetAndDestroy()
  }
  const setPaused = (pair: Pair, paused: boolean) => {
    for (const socket of [pair.client, pair.server]) {
      if (paused) socket.pause()
      else socket.resume()
    }
  }

  const proxy = createServer((client) => {
    const server = connect(target.port, '127.0.0.1')
    const pair: Pair = { client, server, breaksOnAnswer: false }
    pairs.add(pair)
    client.on('data', (chunk) => {
      if (waiting.commits > 0 && isCommit(chunk)) {
        waiting.commits--
        hurt.commits++
        breakPair(pair)
        return
      }
      if (waiting.answers > 0 && isCommit(chunk)) {
        waiting.answers--
        pair.breaksOnAnswer = true
      }
      if (!server.write(chunk)) client.pause()
    })
    server.on('data', (chunk) => {
      if (pair.breaksOnAnswer) {
        hurt.commitAnswers++
        breakPair(pair)
      } else if (!client.write(chunk)) server.pause()
    })
    server.on('drain', () => client.resume())
    client.on('drain', () => server.resume())
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on('error', () => undefined)
      one.on('close', () => {
        pairs.delete(pair)
        other.end()
        // A half-closed connection is of no use to anybody here.
        setTimeout(() => other.destroy(), 100).unref()
      })
    }
    if (Date.now() < stalledUntil) setPaused(pair, true)
  })
  await new Promise<void>((resolve, reject) => {
    proxy.once('error', reject)
    proxy.listen(0, '127.0.0.1', resolve)
  })

  const calm = () => {
    Object.assign(waiting, { answers: 0, commits: 0 })
    clearTimeout(resume)
    stalledUntil = 0
    for (const pair of pairs) setPaused(pair, false)
  }
  return {
    port: (proxy.address() as AddressInfo).port,
    target,
    hurt,
    calm,
    resetAll() {
      const count = pairs.size
      for (const pair of pairs) breakPair(pair)
      return count
    },
    resetOne(pick) {
      const pair = [...pairs][Math.floor(pick * pairs.size)]
      if (pair) breakPair(pair)
      return pair !== undefined
    },
    stall(ms) {
      stalledUntil = Date.now() + ms
      for (const pair of pairs) setPaused(pair, true)
      clearTimeout(resume)
      resume = setTimeout(() => {
        for (const pair of pairs) setPaused(pair, false)
      }, ms)
    },
    loseCommitAnswers(count) {
      waiting.answers += count
    },
    loseCommits(count) {
      waiting.commits += count
    },
    async close() {
      calm()
      for (const pair of pairs) breakPair(pair)
      await new Promise<void>((resolve) => proxy.close(() => resolve()))
    },
  }
}
