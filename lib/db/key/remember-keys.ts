/** API keys in the memory of a process, so that a request doesn't cost a question to the database. */
import type { ApiKeyStore, CallingKey } from '#lib/services/ports.ts'
import type { Listener, Subscription } from '#lib/db/engine/listen.ts'

/** A key that was revoked stops within this time even if nothing that the database says arrives. */
const believedMs = 1000

/** Far more than an installation has. */
const knownMax = 10_000
/** Made-up keys push out each other, never a real one. */
const unknownMax = 1000

type Find = ApiKeyStore['find']
type Remembered = { key: CallingKey | null; until: number }

/**
 * `find`, from memory where it may be: for at most a second after the database was asked, never longer than the key lives, and only
 * while `listener` hears the database say that keys change (migration `key_changes_are_told`), which ends all that is remembered. Of a
 * key it keeps the hash, and who calls with it; of an unknown one the hash.
 */
export function rememberKeys(find: Find, listener: Listener, nowMs = () => performance.now()): Find {
  const known = new Map<string, Remembered>()
  const unknown = new Map<string, Remembered>()
  let changes: Subscription | undefined
  /** An answer that was on its way during a change may be older than it. */
  let changed = 0
  const forget = () => {
    changed++
    known.clear()
    unknown.clear()
  }

  return async (keyHash) => {
    changes ??= listener.on('api_keys_changed', forget)
    const askedAt = nowMs()
    const remembered = known.get(keyHash) ?? unknown.get(keyHash)
    if (remembered && askedAt < remembered.until && changes.isHeard()) return remembered.key

    const before = changed
    const key = await find(keyHash)
    if (!changes.isHeard() || changed !== before) return key
    const until = askedAt + Math.min(believedMs, key?.livesMs ?? believedMs)
    if (key) keep(known, knownMax, keyHash, { key: { ...key, useIsNews: false }, until })
    else keep(unknown, unknownMax, keyHash, { key, until })
    return key
  }
}

function keep(memory: Map<string, Remembered>, max: number, keyHash: string, one: Remembered): void {
  // Set again, it is the youngest.
  memory.delete(keyHash)
  const [oldest] = memory.keys()
  if (memory.size >= max && oldest !== undefined) memory.delete(oldest)
  memory.set(keyHash, one)
}
