/** LISTEN, on one connection for all channels of a process. What is missed is no loss: everybody who listens also asks from time to time. */
import pg from 'pg'

/** How long it waits after losing the connection. */
const reconnectAfterMs = 1000

type OnNotify = (payload: string) => void

export type Subscription = {
  /** Is what is said on the channel heard right now? False before the first connection and after each loss. */
  isHeard: () => boolean
  stop: () => void
}

export type Listener = {
  /**
   * Calls `onNotify` with the payload of each notification, and with '' after each (re)connection because some may have been missed.
   * The first call opens the connection.
   */
  on: (channel: string, onNotify: OnNotify) => Subscription
  stop: () => Promise<void>
}

/** Opens nothing yet. Never throws: while the database is away, it tries again every second. */
export function createListener(databaseUrl: string): Listener {
  const handlers = new Map<string, Set<OnNotify>>()
  /** The channels that the present connection listens to. */
  const heard = new Set<string>()
  let state: 'new' | 'started' | 'stopped' = 'new'
  /** The present connection, or the attempt at one. */
  let client: pg.Client | undefined
  let isOpen = false
  let retry: NodeJS.Timeout | undefined

  const tell = (channel: string, payload: string) => {
    for (const handler of handlers.get(channel) ?? []) handler(payload)
  }

  const lose = (connection: pg.Client) => {
    if (client !== connection) return
    client = undefined
    isOpen = false
    heard.clear()
    if (state === 'started') retry = setTimeout(() => void connect(), reconnectAfterMs)
  }

  /** The process's own queries report that the database is away; here we only try again. */
  const giveUp = async (connection: pg.Client) => {
    lose(connection)
    await connection.end().catch(() => undefined)
  }

  const hear = async (connection: pg.Client, channel: string) => {
    try {
      await connection.query(`LISTEN ${pg.escapeIdentifier(channel)}`)
      if (client !== connection) return
      heard.add(channel)
      tell(channel, '')
    } catch {
      await giveUp(connection)
    }
  }

  const connect = async () => {
    const connecting = new pg.Client({
      connectionString: databaseUrl,
      keepAlive: true,
      connectionTimeoutMillis: 2500,
    })
    client = connecting
    connecting.on('notification', ({ channel, payload }) => tell(channel, payload ?? ''))
    connecting.on('error', () => lose(connecting))
    connecting.on('end', () => lose(connecting))
    try {
      await connecting.connect()
    } catch {
      return giveUp(connecting)
    }
    if (client !== connecting) return
    isOpen = true
    await Promise.all([...handlers.keys()].map((channel) => hear(connecting, channel)))
  }

  return {
    on(channel, onNotify) {
      const others = handlers.get(channel)
      // A function of its own, so that the same one may be given twice.
      const handler: OnNotify = (payload) => onNotify(payload)
      handlers.set(channel, (others ?? new Set()).add(handler))
      if (state === 'new') {
        state = 'started'
        void connect()
      } else if (client && isOpen && !others) void hear(client, channel)
      else if (heard.has(channel)) queueMicrotask(() => handler(''))
      return {
        isHeard: () => heard.has(channel),
        stop: () => void handlers.get(channel)?.delete(handler),
      }
    },

    async stop() {
      state = 'stopped'
      clearTimeout(retry)
      await client?.end().catch(() => undefined)
    },
  }
}

/** Listens to one channel on a connection of its own, from now on. */
export function listen(databaseUrl: string, channel: string, onNotify: OnNotify): Pick<Listener, 'stop'> {
  const listener = createListener(databaseUrl)
  listener.on(channel, onNotify)
  return listener
}
