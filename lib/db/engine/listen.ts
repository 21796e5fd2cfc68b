/** LISTEN on a connection of its own. Every listener also looks by itself from time to time, so missing a notification is no loss. */
import pg from 'pg'

/** How long it waits after losing the connection. */
const reconnectAfterMs = 1000
/** How often it asks whether the connection still works, and for how long it waits: a firewall may drop a quiet one without a word. */
const pulseEveryMs = 10_000
const pulseTimeoutMs = 5_000

export type Listener = { stop: () => Promise<void> }

/**
 * Calls `onNotify` with the payload of each notification, and with undefined after each (re)connection, because some may have been
 * missed; `onLost` when the connection is gone. Never throws.
 */
export function listen(
  databaseUrl: string,
  channel: string,
  onNotify: (payload: string | undefined) => void,
  onLost: () => void = () => undefined,
): Listener {
  let stopped = false
  let client: pg.Client | undefined
  let retry: NodeJS.Timeout | undefined
  let pulse: NodeJS.Timeout | undefined

  const connect = async () => {
    const connecting = new pg.Client({
      connectionString: databaseUrl,
      keepAlive: true,
      connectionTimeoutMillis: 2500,
      query_timeout: pulseTimeoutMs,
    })
    const lost = () => {
      if (client !== connecting) return
      client = undefined
      clearInterval(pulse)
      // Ends the socket too when nobody answers at its other end.
      connecting.end().catch(() => undefined)
      if (stopped) return
      onLost()
      retry = setTimeout(() => void connect(), reconnectAfterMs)
    }
    client = connecting
    connecting.on('notification', ({ payload }) => onNotify(payload ?? ''))
    connecting.on('error', lost)
    connecting.on('end', lost)
    try {
      await connecting.connect()
      await connecting.query(`LISTEN ${pg.escapeIdentifier(channel)}`)
      pulse = setInterval(() => void connecting.query('SELECT 1').catch(lost), pulseEveryMs)
      onNotify(undefined)
    } catch {
      // Queries of this process report that the database is away; here we only try again.
      lost()
    }
  }
  void connect()

  return {
    async stop() {
      stopped = true
      clearTimeout(retry)
      clearInterval(pulse)
      await client?.end().catch(() => undefined)
    },
  }
}
