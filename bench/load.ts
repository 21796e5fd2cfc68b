// Asks as fast as it is answered, over connections that stay open. No load generator from npm: signatures and SQL statements are measured
// by the same loop as requests, so that their figures can be compared.
import { Agent, request } from 'node:http'

/** As many as a busy gateway or a few hundred open pages keep going. */
export const connections = 16

export type Measured = { perSecond: number; p50Ms: number; p95Ms: number }

/**
 * Runs `once` again and again, `connections` at a time, until `seconds` have passed or it says that there is nothing left.
 * The first `warmUpSeconds` are not counted.
 */
export async function measure(
  once: (n: number) => Promise<boolean>,
  { seconds = 3, warmUpSeconds = 0.7 } = {},
): Promise<Measured> {
  const startedAt = performance.now()
  const countFrom = startedAt + warmUpSeconds * 1000
  const until = countFrom + seconds * 1000
  const took: number[] = []
  let next = 0
  let lastAt = countFrom
  const loop = async () => {
    for (;;) {
      const began = performance.now()
      if (began >= until || !(await once(next++))) return
      const ended = performance.now()
      if (began < countFrom) continue
      took.push(ended - began)
      lastAt = Math.max(lastAt, ended)
    }
  }
  await Promise.all(Array.from({ length: connections }, loop))
  if (took.length === 0) throw new Error('Nothing was left to measure after warming up')
  took.sort((a, b) => a - b)
  const at = (share: number) => took[Math.floor(took.length * share)] ?? 0
  return { perSecond: took.length / ((lastAt - countFrom) / 1000), p50Ms: at(0.5), p95Ms: at(0.95) }
}

/** GETs `addresses` in turn, or each once. Any answer but 200 is an error: a fast refusal is not speed. */
export async function measureGets(
  addresses: readonly string[],
  { headers = {}, eachOnce = false }: { headers?: Record<string, string>; eachOnce?: boolean } = {},
): Promise<Measured> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  try {
    return await measure(async (n) => {
      if (eachOnce && n >= addresses.length) return false
      await get(addresses[n % addresses.length] ?? '', agent, headers)
      return true
    })
  } finally {
    agent.destroy()
  }
}

function get(address: string, agent: Agent, headers: Record<string, string>): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request(address, { agent, headers }, (answer) => {
      answer.resume()
      answer.once('error', reject)
      answer.once('end', () => {
        if (answer.statusCode === 200) resolve()
        else reject(new Error(`${new URL(address).pathname} answered ${answer.statusCode ?? 'nothing'}`))
      })
    })
    asked.once('error', reject)
    asked.end()
  })
}
