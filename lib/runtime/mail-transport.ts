import { createTransport } from 'nodemailer'
import type { StoredMail } from '#lib/services/ports.ts'
import { isLoopbackAddress } from './addresses.ts'
import type { Env } from './env.ts'

export type MailTransport = {
  /** Resolves with what the mail server said when it took the mail; null: there is no server, only the demo mailbox. */
  send: (
    mail: Pick<StoredMail, 'id' | 'recipient' | 'subject'> & { text: string; html: string },
  ) => Promise<string | null>
  close: () => void
}

// Mail servers that check senders greet late on purpose; clients should wait ten seconds.
const connectTimeoutMs = 10_000
const silenceTimeoutMs = 30_000

const optionsOf = (smtp: NonNullable<Env['smtp']>) => ({
  url: smtp.url,
  // `smtp://` begins unencrypted. Off this machine STARTTLS must come first, and a server without it gets no mail.
  requireTLS: !isLoopbackAddress(smtp.url.replace(/^smtps?:/, 'http:')),
  connectionTimeout: connectTimeoutMs,
  greetingTimeout: connectTimeoutMs,
  socketTimeout: silenceTimeoutMs,
  disableFileAccess: true,
  disableUrlAccess: true,
})

/** A mail server. Without one there is nothing to do: the demo mailbox shows what is in the outbox. */
export function createMailTransport(smtp: Env['smtp']): MailTransport {
  if (smtp === null) return { send: () => Promise.resolve(null), close: () => undefined }
  const transport = createTransport({ ...optionsOf(smtp), pool: true, maxConnections: 2 })
  const domain = /@([^\s>]+)>?$/.exec(smtp.from)?.[1] ?? 'localhost'
  return {
    async send({ id, recipient, subject, text, html }) {
      const { response } = await transport.sendMail({
        from: smtp.from,
        // As an object, so that an address is never read as a list of several.
        to: { name: '', address: recipient },
        subject,
        // Both, so that everybody reads it as they like.
        text,
        html,
        // The same at every attempt, so that mailboxes can recognise a repetition.
        messageId: `<${id}@${domain}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
      })
      return response
    },
    close: () => transport.close(),
  }
}

/** Connects, starts TLS and signs in as for a mail, and sends none. Rejects with what went wrong. */
export async function tryMailServer(smtp: NonNullable<Env['smtp']>): Promise<void> {
  const transport = createTransport({ ...optionsOf(smtp), pool: false })
  try {
    await transport.verify()
  } finally {
    transport.close()
  }
}

/** nodemailer's codes of failures before any byte of the text can have left. */
const beforeGreeting = ['Connection timeout', 'Greeting never received', 'TLS handshake timed out']
const beforeText = ['EDNS', 'EAUTH', 'ENOAUTH', 'ETLS', 'EENVELOPE', 'EPROTOCOL', 'EREQUIRETLS']

/** True when the mail server certainly did not take the mail, so that sending it again cannot double it. */
export function isClearFailure(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  const { code, syscall, responseCode, message } = error as Record<string, unknown>
  if (typeof responseCode === 'number') return true
  if (typeof code === 'string' && (beforeText.includes(code) || code === 'ECONNREFUSED')) return true
  if (syscall === 'connect' || syscall === 'getaddrinfo') return true
  return code === 'ETIMEDOUT' && typeof message === 'string' && beforeGreeting.includes(message)
}
