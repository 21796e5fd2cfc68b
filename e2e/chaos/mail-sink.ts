// A mail server that keeps what it is given, and can refuse a mail or hang up after having taken it.
import { startMailServer } from '#lib/runtime/testing/mail-server.ts'

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
  const { url, close } = await startMailServer(({ to, raw }) => {
    if (waiting.refuse > 0) {
      waiting.refuse--
      hurt.refused++
      return 'refused'
    }
    mails.push({ to, ...readMail(raw) })
    if (waiting.lose === 0) return 'taken'
    waiting.lose--
    hurt.answersLost++
    return 'hang_up'
  })
  return {
    url,
    mails,
    hurt,
    close,
    refuse(count) {
      waiting.refuse += count
    },
    loseAnswers(count) {
      waiting.lose += count
    },
    calm() {
      Object.assign(waiting, { refuse: 0, lose: 0 })
    },
  }
}

function readMail(data: string): Omit<Mail, 'to'> {
  const [head = '', ...body] = data.split('\r\n\r\n')
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1] ?? ''
  const text = body.join('\r\n\r\n').replaceAll('=\r\n', '')
  return { messageId: header('Message-ID'), subject: header('Subject'), text }
}
