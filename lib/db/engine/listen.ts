/** LISTEN on a connection of its own. Notifications only wake a worker; it also asks for due work regularly, so missing one is no loss. */
import pg from 'pg'

/** How long it waits after losing the connection. */
const reconnectAfterMs = 1000

export type Listener = { stop: () => Promise<void> }

/** Calls `onNotify` at each notification, and after each (re)connection because some may have been missed. Never throws. */
export function listen(databaseUrl: string, channel: string, onNotify: () => void): Listener {
  let stopped = false
  let client: pg.Client | undefined
  let retry: NodeJS.Timeout | undefined

  const connect = async () => {
    const connecting = new pg.Client({
      connectionString: databaseUrl,
      keepAlive: true,
      connectionTimeoutMillis: 2500,
    })
    const lost = () => {
      if (client !== connecting) return
      client = undefined
      if (!stopped) retry = setTimeout(() => void connect(), reconnectAfterMs)
    }
    client = connecting
    connecting.on('notification', onNotify)
    connecting.on('error', lost)
    connecting.on('end', lost)
    try {
      await connecting.connect()
      await connecting.query(`LISTEN ${pg.escapeIdentifier(channel)}`)
      onNotify()
    } catch {
      // The worker's own queries report that the database is away; here we only try again.
      lost()
      await connecting.end().catch(() => undefined)
    }
  }
  void connect()

  return {
    async stop() {
      stopped = true
      clearTimeout(retry)
      await client?.end().catch(() => undefined)
    },
  }
}
