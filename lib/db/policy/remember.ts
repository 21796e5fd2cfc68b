/** What admins set and every page needs, in the memory of a process, so that a page or an answer doesn't cost a question to the database. */
import type { Listener, Subscription } from '#lib/db/engine/listen.ts'

type Channel = 'error_codes_changed' | 'brand_changed' | 'endpoints_changed'

/** `read`, from memory while `listener` hears the database say on `channel` that it changed, which ends what is remembered. */
export function remember<Value>(
  read: () => Promise<Value>,
  channel: Channel,
  listener: Listener,
): () => Promise<Value> {
  let changes: Subscription | undefined
  let kept: Promise<Value> | undefined
  const forget = () => {
    kept = undefined
  }
  return async () => {
    changes ??= listener.on(channel, forget, forget)
    if (kept && changes.isHeard()) return kept
    const asked = read()
    // Before the answer is here: many ask at once after a change, and one question is enough.
    kept = asked
    asked.catch(() => {
      if (kept === asked) forget()
    })
    return asked
  }
}
