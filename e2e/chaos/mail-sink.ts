// A mail server that keeps what it is given, and can refuse a mail or hang up after having taken it.
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

export type Mail = { to: string; messageId: string; subject: string; text: string }

export type MailSink = {
  url: string
  /** Everything that was taken, in order; a mail that came twice is here twice. */
  mails: readonly Mail[]
  refuse: (count: number) => void
  loseAnswers: (count: number) => void
  calm: () => void
  hurt: { refused: number; answersLost: number }
  close: () => Promise<void>
}

export async function startMailSink(): Promise<MailSink> {
  const mails: Mail[] = []
  const waiting = { refuse: 0, lose: 0 }
  const hurt = { refused: 0, answersLost: 0 }
  const sockets = new Set<Socket>()
  const take = (socket: Socket, to: string, data: string) => {
    if (waiting.refuse > 0) {
      waiting.refuse--
      hurt.refused++
      socket.write('451 try again later\r\n')
      return
    }
    mails.push({ to, ...readMail(data) })
    if (waiting.lose > 0) {
      waiting.lose--
      hurt.answersLost++
      socket.resetAndDestroy()
    } else socket.write('250 taken\r\n')
  }
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    converse(socket, (to, data) => take(socket, to, data))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mails,
    hurt,
    refuse(count) {
      waiting.refuse += count
    },
    loseAnswers(count) {
      waiting.lose += count
    },
    calm() {
      Object.assign(waiting, { refuse: 0, lose: 0 })
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** As much of SMTP as a client needs that sends one mail after the other. */
function converse(socket: Socket, take: (to: string, data: string) => void): void {
  let buffer = ''
  let to = ''
  let inData = false
  socket.write('220 sink\r\n')
  socket.setEncoding('utf8')
  socket.on('data', (chunk: string) => {
    buffer += chunk
    for (;;) {
      const end = buffer.indexOf(inData ? '\r\n.\r\n' : '\r\n')
      if (end < 0) return
      const part = buffer.slice(0, end)
      buffer = buffer.slice(end + (inData ? 5 : 2))
      if (inData) {
        inData = false
        take(to, part)
        continue
      }
      const word = part.slice(0, 4).toUpperCase()
      if (word === 'RCPT') to = /<([^>]*)>/.exec(part)?.[1] ?? ''
      if (word === 'DATA') inData = true
      socket.write(word === 'DATA' ? '354 go on\r\n' : word === 'QUIT' ? '221 bye\r\n' : '250 ok\r\n')
    }
  })
}

function readMail(data: string): Omit<Mail, 'to'> {
  const [head = '', ...body] = data.split('\r\n\r\n')
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1] ?? ''
  const text = body.join('\r\n\r\n').replaceAll('=\r\n', '')
  return { messageId: header('Message-ID'), subject: header('Subject'), text }
}
