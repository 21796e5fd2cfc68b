import { createTransport } from 'nodemailer'
import type { StoredMail } from '#lib/services/ports.ts'
import { isLoopbackAddress } from './addresses.ts'
import type { Env } from './env.ts'

export type MailTransport = {
  /** Resolves when the mail server took the mail. */
  send: (mail: StoredMail & { text: string }) => Promise<void>
  close: () => void
}

// Mail servers that check senders take their time to greet; ten seconds is what they ask clients to bear.
const connectTimeoutMs = 10_000
const silenceTimeoutMs = 30_000

/** A mail server or, without one, nothing to do: the demo mailbox shows what is in the outbox. */
export function createMailTransport(smtp: Env['smtp']): MailTransport {
  if (smtp === null) return { send: () => Promise.resolve(), close: () => undefined }
  const transport = createTransport({
    url: smtp.url,
    // `smtp://` begins in clear: off this machine nothing is said before STARTTLS, and a server without it gets no mail.
    requireTLS: !isLoopbackAddress(smtp.url.replace(/^smtps?:/, 'http:')),
    pool: true,
    maxConnections: 2,
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: connectTimeoutMs,
    socketTimeout: silenceTimeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const domain = /@([^\s>]+)>?$/.exec(smtp.from)?.[1] ?? 'localhost'
  return {
    async send({ id, recipient, subject, text }) {
      await transport.sendMail({
        from: smtp.from,
        // An object: an address can never be read as a list of them.
        to: { name: '', address: recipient },
        subject,
        text,
        // The same for every attempt, so that mailboxes can tell a repetition.
        messageId: `<${id}@${domain}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
      })
    },
    close: () => transport.close(),
  }
}

/** Failures before a byte of the text can have left, by nodemailer's codes. */
const beforeGreeting = ['Connection timeout', 'Greeting never received', 'TLS handshake timed out']
const beforeText = ['EDNS', 'EAUTH', 'ENOAUTH', 'ETLS', 'EENVELOPE', 'EPROTOCOL', 'EREQUIRETLS']

/** True when the mail server certainly did not take the mail, so that sending it again can not double it. */
export function isClearFailure(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  const { code, syscall, responseCode, message } = error as Record<string, unknown>
  if (typeof responseCode === 'number') return true
  if (typeof code === 'string' && (beforeText.includes(code) || code === 'ECONNREFUSED')) return true
  if (syscall === 'connect' || syscall === 'getaddrinfo') return true
  return code === 'ETIMEDOUT' && typeof message === 'string' && beforeGreeting.includes(message)
}
