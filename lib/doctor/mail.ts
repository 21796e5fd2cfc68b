/** The mail server: connected to and signed in at, without a mail unless somebody names an address for one. */
import { randomUUID } from 'node:crypto'
import { createMailTransport, tryMailServer } from '#lib/runtime/mail-transport.ts'
import { messageOf, saying } from './finding.ts'
import type { Check, Finding, World } from './finding.ts'

export const mailChecks: readonly Check[] = [{ name: 'mail', run: mail }]

async function mail({ env, mailTo }: World): Promise<Finding[]> {
  const { ok, look, fault, not } = saying('mail')
  if (!env) return [not('SMTP_URL', 'The configuration is wrong.')]
  const { smtp } = env
  if (smtp === null)
    return [
      env.demoMailbox
        ? look(
            'no mail server: mails are shown at /demo/mail',
            'Set SMTP_URL and MAIL_FROM before you pay anybody.',
          )
        : not('SMTP_URL', 'Only workers have it: run this with the worker’s environment.'),
    ]
  const { protocol, host } = new URL(smtp.url)
  const seen = `${protocol}//${host}`
  try {
    await tryMailServer(smtp)
  } catch (error) {
    return [fault(`${seen}: ${messageOf(error)}`, todoFor(error))]
  }
  if (mailTo === undefined) return [ok(`${seen}: connected and signed in; no mail was sent`)]
  const transport = createMailTransport(smtp)
  try {
    const said = await transport.send({
      ...{ id: randomUUID(), recipient: mailTo, subject: 'A test from npm run doctor' },
      ...{ text: 'The mail server took this mail.\n', html: '<p>The mail server took this mail.</p>' },
    })
    return [ok(`${seen}: took a mail to ${mailTo} (${said ?? ''})`)]
  } catch (error) {
    return [
      fault(
        `${seen}: a mail to ${mailTo}: ${messageOf(error)}`,
        'Let the mail server take mails from MAIL_FROM.',
      ),
    ]
  } finally {
    transport.close()
  }
}

/** By nodemailer's codes. */
function todoFor(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'EAUTH' || code === 'ENOAUTH') return 'Mend user and password in SMTP_URL.'
  if (code === 'ETLS' || code === 'EREQUIRETLS')
    return 'The server offers no STARTTLS, or its certificate is not trusted: use smtps://, or mend the server.'
  return 'Check host, port and firewall of SMTP_URL; until then mails wait.'
}
