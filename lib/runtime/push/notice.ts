/** What processes tell each other about changes, through PostgreSQL's NOTIFY: who has to look again, and nothing of what changed. */

export const noticeChannel = 'payout_changed'

export type Notice =
  /** Its receiver and staff see something else now. */
  | { about: 'payout'; id: string }
  /** Staff do: something is new on its timeline. */
  | { about: 'timeline'; id: string }
  /** Its link was revoked. */
  | { about: 'link'; id: string }
  /** Something on the desk that is not one payout's. */
  | { about: 'desk' }
  /** What every page may show: payments were stopped, Cardzo is silent. */
  | { about: 'everything' }

/** PostgreSQL takes less than 8000 bytes. */
const longestPayload = 7_900

/** One notice as a word. */
export const wordOf = (notice: Notice): string =>
  'id' in notice ? `${notice.about}:${notice.id}` : notice.about

/** As few payloads as the words fit into. */
export function payloadsOf(words: Iterable<string>): string[] {
  const payloads: string[] = []
  let payload = ''
  for (const word of words) {
    if (payload !== '' && payload.length + 1 + word.length > longestPayload) {
      payloads.push(payload)
      payload = ''
    }
    payload += payload === '' ? word : ` ${word}`
  }
  return payload === '' ? payloads : [...payloads, payload]
}

/** The notices of a payload. A word that a newer version sends and this one doesn't know means that anything may have changed. */
export function readPayload(payload: string): Notice[] {
  return payload.split(' ').map((word): Notice => {
    const [, about, id] = /^(payout|timeline|link):([0-9a-f-]{36})$/.exec(word) ?? []
    if (id !== undefined) return { about: about as 'payout' | 'timeline' | 'link', id }
    return { about: word === 'desk' ? 'desk' : 'everything' }
  })
}
