import { createServer } from 'node:net'

/** How far to look; a machine with this many busy ports in a row has another problem. */
const attempts = 100

/** The first port from `preferred` on that nobody listens on (on loopback) and that is not in `others`. */
export async function freePort(preferred: number, others: readonly number[] = []): Promise<number> {
  for (let port = preferred; port < preferred + attempts && port <= 65_535; port += 1) {
    if (!others.includes(port) && (await isFree(port))) return port
  }
  throw new Error(`No free port from ${preferred} on`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}
