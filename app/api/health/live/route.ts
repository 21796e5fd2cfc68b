import { json } from '#app/_server/api.ts'
import { otherMethods } from '#app/_server/methods.ts'

// Answered at request time, never at build time.
export const dynamic = 'force-dynamic'

/** This process answers. Checks nothing else, so that a supervisor doesn't restart it for another part's trouble. */
export function GET(): Response {
  return json({ live: true })
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS')
