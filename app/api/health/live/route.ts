import { json } from '#app/_server/api.ts'
import { otherMethods } from '#app/_server/methods.ts'

// Asked for at every moment, never at build time.
export const dynamic = 'force-dynamic'

/** This process answers. Looks at nothing else, so that a supervisor does not restart it for somebody else's trouble. */
export function GET(): Response {
  return json({ live: true })
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS')
