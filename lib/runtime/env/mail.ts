import { isLoopbackHost } from '#lib/cardzo/index.ts'
import { wrong } from './reading.ts'
import type { Read, Role, Variables } from './reading.ts'

export type Smtp = { url: string; from: string }

export const hasMailServer = (variables: Variables) =>
  variables['SMTP_URL'] !== undefined || variables['SMTP_URL_FILE'] !== undefined

/** Every process judges what is set; only the worker needs it. */
export function readSmtp(variables: Variables, loopback: boolean, role: Role): Read<Smtp | null> {
  const url = variables['SMTP_URL']
  const from = variables['MAIL_FROM']?.trim()
  if (url === undefined) {
    if (loopback || role !== 'worker') return { ok: true, value: null }
    return wrong(
      'SMTP_URL',
      'is missing. The demo mailbox exists only beside a gateway on this machine: set a mail server.',
    )
  }
  const address = smtpProblem(url)
  const problems = [
    ...(address === undefined ? [] : [{ name: 'SMTP_URL', text: address }]),
    ...(from !== undefined && /^[^\r\n]*[^\s@]+@[^\s@]+$/.test(from.replace(/>$/, ''))
      ? []
      : [{ name: 'MAIL_FROM', text: 'must be the sender, e.g. Payouts <payouts@example.com>' }]),
  ]
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: { url, from: from ?? '' } }
}

/** Mails carry links that let people in, so off this machine they travel over TLS only, with a checked certificate. */
function smtpProblem(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^smtps?:$/.test(url.protocol) || url.hostname === '')
    return 'must be an address such as smtps://user:password@mail.example.com'
  if (isLoopbackHost(url.hostname)) return undefined
  const weak = [...url.searchParams].some(
    ([name, value]) =>
      /^(ignoretls|opportunistictls)$/i.test(name) ||
      (/^(secure|requiretls|tls\.rejectunauthorized)$/i.test(name) && value !== 'true') ||
      /^tls\.(ciphers|min|max)/i.test(name),
  )
  return weak ? 'must not weaken TLS: leave out what switches it, or its checks, off.' : undefined
}

/** The name in `MAIL_FROM` ("Example Shop" of `Example Shop <payouts@example.com>`); null: there is only an address. */
export function merchantNameOf(variables: Variables): string | null {
  const name = /^(.*)<[^<>]*>$/.exec(variables['MAIL_FROM']?.trim() ?? '')?.[1] ?? ''
  return name.trim().replaceAll(/^"|"$/g, '') || null
}
