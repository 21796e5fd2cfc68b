import { getDeps } from './deps.ts'

// A page shall say that the database is away, not hang on it.
const patienceMs = 2_000
// Pages come in bursts; one answer is good for all of them. A failure is never kept, so recovery shows at once.
const goodForMs = 1_000

let asked: { at: number; answer: Promise<boolean> } | undefined

/** Does the database answer right now? Never throws. */
export function isDatabaseHere(): Promise<boolean> {
  const at = performance.now()
  if (!asked || at - asked.at > goodForMs) {
    const fresh = { at, answer: ping() }
    asked = fresh
    void fresh.answer.then((here) => {
      if (!here && asked === fresh) asked = undefined
    })
  }
  return asked.answer
}

async function ping(): Promise<boolean> {
  const { health } = await getDeps()
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), patienceMs)
  })
  const answer = health.ping().then(
    () => true,
    () => false,
  )
  return Promise.race([answer, timeout]).finally(() => clearTimeout(timer))
}
