// What the parts of a cluster say of themselves, asked as an operator or HAProxy asks them.
import { existsSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { portalUser } from './configuration.ts'
import { stateFrom } from './state.ts'
import type { NodeState } from './state.ts'

export const askEveryMs = 200
const answerWithinMs = 2000
const readyWithinMs = 120_000

/** Ready: it has found the others. An old Patroni that asks before that ends. */
export async function untilEtcdIsReady(port: number): Promise<void> {
  const deadline = Date.now() + readyWithinMs
  const ask = (path: string) =>
    fetch(`http://127.0.0.1:${port}/${path}`, { signal: AbortSignal.timeout(answerWithinMs) })
      .then((response) => response.text())
      .catch(() => undefined)
  for (;;) {
    const [health, version] = await Promise.all(['health', 'version'].map(ask))
    if (health?.includes('"true"') === true && version?.includes('not_decided') === false) return
    if (Date.now() > deadline) throw new Error(`etcd on port ${port} does not find the others: ${health}`)
    await sleep(askEveryMs)
  }
}

/** Makes the Patroni that looks for `file` wait before it renews its leadership (pause-before-renewal.py), and resolves when it does. */
export async function pauseAt(file: string): Promise<void> {
  writeFileSync(file, '')
  const deadline = Date.now() + readyWithinMs
  while (!existsSync(`${file}.reached`)) {
    if (Date.now() > deadline) throw new Error(`Patroni never renewed its leadership: ${file}`)
    await sleep(5)
  }
}

/** What a node's Patroni says of it; one that says nothing is not well. */
export async function askState({ name, restUrl }: { name: string; restUrl: string }): Promise<NodeState> {
  try {
    const response = await fetch(`${restUrl}/patroni`, {
      signal: AbortSignal.timeout(answerWithinMs),
    })
    return stateFrom(name, await response.json())
  } catch {
    return stateFrom(name, null)
  }
}

/** Does a primary answer there? */
export async function takesWrites(url: string): Promise<boolean> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: answerWithinMs,
    query_timeout: answerWithinMs,
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<{ standby: boolean }>('SELECT pg_is_in_recovery() AS standby')
    return rows[0]?.standby === false
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

/**
 * For so long, cancels every wait for a standby as soon as it begins, as somebody could with `pg_cancel_backend`: PostgreSQL then
 * acknowledges the commit although no standby has it. How many there were. `url` is a superuser's, to the primary.
 */
export async function cancelWaits(url: string, forMs: number): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    const deadline = Date.now() + forMs
    const cancelled = new Set<string>()
    while (Date.now() < deadline) {
      const { rows } = await client.query<{ one: string }>(
        // Materialized: else it may cancel before it looks whether there is a wait.
        `WITH waiting AS MATERIALIZED (SELECT pid, xact_start FROM pg_stat_activity WHERE wait_event = 'SyncRep')
         SELECT pid || ' ' || xact_start AS one FROM waiting WHERE pg_cancel_backend(pid)`,
      )
      for (const { one } of rows) cancelled.add(one)
      await sleep(20)
    }
    return cancelled.size
  } finally {
    await client.end()
  }
}

/** The portal's own role: it owns its databases and is nothing more. */
export async function createPortalUser(url: string, password: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query(`CREATE ROLE ${portalUser} LOGIN CREATEDB PASSWORD '${password}'`)
  } finally {
    await client.end()
  }
}
