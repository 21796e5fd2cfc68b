// A mail server for tests, which does with each mail what the test says.
import type { AddressInfo, Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'

/** What the client hears: it was taken, try again later, or nothing, because the connection breaks. */
export type Answer = 'taken' | 'refused' | 'hang_up'

export interface MailServer {
  url: string
  close: () => Promise<void>
}

/** Asks `receive` about each mail, once its whole text has arrived: headers and body in `raw`. There is no TLS and no sign-in. */
export async function startMailServer(
  receive: (mail: { to: string; raw: string }) => Answer,
  host = '127.0.0.1',
): Promise<MailServer> {
  const sockets = new Map<number | undefined, Socket>()
  const smtp = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onData(stream, { envelope, remotePort }, answer) {
      text(stream).then(
        (raw) => {
          const said = receive({ to: envelope.rcptTo[0]?.address ?? '', raw })
          if (said === 'hang_up') sockets.get(remotePort)?.resetAndDestroy()
          else if (said === 'taken') answer(null, 'taken')
          else answer(Object.assign(new Error('try again later'), { responseCode: 451 }))
        },
        // The client went away in the middle of it.
        () => undefined,
      )
    },
  })
  // Clients may break off whenever they like.
  smtp.on('error', () => undefined)
  smtp.server.on('connection', (socket: Socket) => {
    const { remotePort } = socket
    sockets.set(remotePort, socket)
    socket.once('close', () => sockets.delete(remotePort))
  })
  await new Promise<void>((resolve) => smtp.listen(0, host, resolve))
  return {
    url: `smtp://${host}:${(smtp.server.address() as AddressInfo).port}`,
    async close() {
      const closed = new Promise<void>((resolve) => smtp.close(() => resolve()))
      for (const socket of sockets.values()) socket.destroy()
      await closed
    },
  }
}
