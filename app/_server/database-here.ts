import { getDeps } from './deps.ts'

// A page should say that the database is away, not hang.
const patienceMs = 2_000

let asking: Promise<boolean> | undefined

/**
 * Does the database answer right now? Never throws. Only requests of the same moment share an answer: a kept "yes" would let
 * pages fail half drawn in the first second of an outage, with a 500.
 */
export function isDatabaseHere(): Promise<boolean> {
  return (asking ??= ping().finally(() => {
    asking = undefined
  }))
}

async function ping(): Promise<boolean> {
  const { monitoring } = await getDeps()
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), patienceMs)
  })
  const answer = monitoring.ping().then(
    () => true,
    () => false,
  )
  return Promise.race([answer, timeout]).finally(() => clearTimeout(timer))
}
