/** LISTEN, on one connection for all channels of a process. Every listener also looks by itself from time to time, so missing a notification is no loss. */
import pg from 'pg'

/** How long it waits after losing the connection. */
const reconnectAfterMs = 1000
/** How often it asks whether the connection still works, and for how long it waits: a firewall may drop a quiet one without a word. */
const pulseEveryMs = 10_000
const pulseTimeoutMs = 5_000

export type Listener = {
  /**
   * Calls `onNotify` with the payload of each notification, and with undefined after each (re)connection, because some may have been
   * missed; `onLost` when the connection is gone. The first call opens the connection.
   */
  on: (channel: string, onNotify: (payload: string | undefined) => void, onLost?: () => void) => Subscription
  stop: () => Promise<void>
}

export type Subscription = {
  /** Is what is said on the channel heard right now? False before the first connection and after each loss. */
  isHeard: () => boolean
  stop: () => void
}

type Handler = Required<{ onNotify: Parameters<Listener['on']>[1]; onLost: () => void }>

/** Opens nothing yet. Never throws: while the database is away, it tries again every second. */
export function createListener(databaseUrl: string): Listener {
  const handlers = new Map<string, Set<Handler>>()
  /** The channels that the present connection listens to. */
  const heard = new Set<string>()
  let state: 'new' | 'started' | 'stopped' = 'new'
  /** The present connection, or the attempt at one. */
  let client: pg.Client | undefined
  let isOpen = false
  let retry: NodeJS.Timeout | undefined
  let pulse: NodeJS.Timeout | undefined
  /** The last thing asked on the connection: pg wants to be asked one at a time. */
  let turn: Promise<unknown> = Promise.resolve()

  const ask = (connection: pg.Client, sql: string) => {
    const answer = turn.then(() => connection.query(sql))
    turn = answer.catch(() => undefined)
    return answer
  }

  const tell = (channel: string, payload: string | undefined) => {
    for (const { onNotify } of handlers.get(channel) ?? []) onNotify(payload)
  }

  const lose = (connection: pg.Client) => {
    if (client !== connection) return
    client = undefined
    isOpen = false
    clearInterval(pulse)
    // Ends the socket too when nobody answers at its other end.
    connection.end().catch(() => undefined)
    if (state !== 'started') return
    const lost = [...heard]
    heard.clear()
    for (const channel of lost) for (const { onLost } of handlers.get(channel) ?? []) onLost()
    retry = setTimeout(() => void connect(), reconnectAfterMs)
  }

  const hear = async (connection: pg.Client, channel: string) => {
    await ask(connection, `LISTEN ${pg.escapeIdentifier(channel)}`)
    if (client !== connection) return
    heard.add(channel)
    tell(channel, undefined)
  }

  const connect = async () => {
    const connecting = new pg.Client({
      connectionString: databaseUrl,
      keepAlive: true,
      connectionTimeoutMillis: 2500,
      query_timeout: pulseTimeoutMs,
    })
    const lost = () => lose(connecting)
    client = connecting
    turn = Promise.resolve()
    connecting.on('notification', ({ channel, payload }) => tell(channel, payload ?? ''))
    connecting.on('error', lost)
    connecting.on('end', lost)
    try {
      await connecting.connect()
      if (client !== connecting) return
      isOpen = true
      pulse = setInterval(() => void ask(connecting, 'SELECT 1').catch(lost), pulseEveryMs)
      for (const channel of handlers.keys()) await hear(connecting, channel)
    } catch {
      // Queries of this process report that the database is away; here we only try again.
      lost()
    }
  }

  return {
    on(channel, onNotify, onLost = () => undefined) {
      const handler = { onNotify, onLost }
      const others = handlers.get(channel)
      handlers.set(channel, (others ?? new Set()).add(handler))
      if (state === 'new') {
        state = 'started'
        void connect()
      } else if (heard.has(channel)) {
        queueMicrotask(() => onNotify(undefined))
      } else if (client && isOpen && !others) {
        const connection = client
        hear(connection, channel).catch(() => lose(connection))
      }
      return {
        isHeard: () => heard.has(channel),
        stop: () => void handlers.get(channel)?.delete(handler),
      }
    },

    async stop() {
      state = 'stopped'
      heard.clear()
      clearTimeout(retry)
      clearInterval(pulse)
      await client?.end().catch(() => undefined)
    },
  }
}

/** Listens to one channel, on a connection of its own. */
export function listen(databaseUrl: string, ...channel: Parameters<Listener['on']>): Pick<Listener, 'stop'> {
  const listener = createListener(databaseUrl)
  listener.on(...channel)
  return listener
}
