import getPort, { portNumbers } from 'get-port'

/** How many ports to try before any other will do. */
const attempts = 20

/**
 * The first port from `preferred` on that nobody listens on, on loopback; when none of twenty is free, any free one. A port that was
 * returned is not returned again for a while, so a caller may ask for several before anything listens.
 */
export function freePort(preferred: number): Promise<number> {
  return getPort({ port: portNumbers(preferred, preferred + attempts - 1), host: '127.0.0.1' })
}
