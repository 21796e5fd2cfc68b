/**
 * A mail as HTML, made of its text when it is sent: what people read is written once (docs/decisions/0021). It loads nothing and tells
 * nobody that it was opened.
 */
import { contactLinks } from '#lib/payouts/brand.ts'
import type { Brand } from '#lib/payouts/brand.ts'
import { wordsFor } from '#lib/words/words.ts'
import type { Locale } from '#lib/words/locales.ts'
import type { MailWords, StoredMail } from '#lib/services/ports.ts'

/** Paragraphs, links and facts of the text are told apart by their form: see `MailWords`. */
export function mailHtml(
  { subject, text, locale }: MailWords & Pick<StoredMail, 'locale'>,
  { appUrl, brand }: { appUrl: string; brand: Brand },
): string {
  const blocks = text.split(/\n{2,}/).map((block) => blockHtml(block, appUrl))
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<title>${escaped(subject)}</title>
<style>${darkTheme}</style>
</head>
<body class="paper" style="${styles.paper}">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" class="card" style="${styles.card}"><tr><td style="padding:28px 28px 16px">
<p class="soft" style="${styles.from}">${escaped(brand.name ?? new URL(appUrl).host)}</p>
<h1 class="ink" style="${styles.title}">${escaped(subject)}</h1>
${blocks.join('\n')}
${footHtml(brand, locale)}</td></tr></table>
</td></tr></table>
</body>
</html>
`
}

/** The merchant's contact; only here may a mail link to something that isn't ours, because two admins set it. */
function footHtml(brand: Brand, locale: Locale): string {
  const links = contactLinks(brand).map(
    ({ href, text }) => `<a class="link" href="${escaped(href)}" style="${styles.link}">${escaped(text)}</a>`,
  )
  if (links.length === 0) return ''
  // The words hold no markup of their own, so links take the place of a sign that no text has.
  const words = escaped(wordsFor(locale, 'mail')('contact', { ways: '\u0000' }))
  return `<p class="soft" style="${styles.foot}">${words.replace('\u0000', () => links.join(', '))}</p>
`
}

function blockHtml(block: string, appUrl: string): string {
  const lines = block.split('\n')
  const [label = '', link = ''] = lines
  if (lines.length === 2 && isOurs(link, appUrl)) return linkHtml(label, link)
  const facts = lines.map((line) => /^([^:]{1,40}): (.+)$/.exec(line))
  if (lines.length > 1 && facts.every((fact) => fact !== null)) return factsHtml(facts)
  return `<p class="ink" style="${styles.text}">${lines.map(escaped).join('<br>')}</p>`
}

/** A page of ours, and no more than that: somebody may have typed the line. */
const isOurs = (link: string, appUrl: string) =>
  link.startsWith(`${appUrl}/`) && /^[\w:/.?=&%#~-]+$/.test(link)

/** A button; and the address below it, for people who want to see where it leads or whose mail program shows no buttons. */
function linkHtml(label: string, link: string): string {
  const href = escaped(link)
  return `<p style="margin:24px 0 8px"><a class="button" href="${href}" style="${styles.button}">${escaped(label.replace(/:$/, ''))}</a></p>
<p style="${styles.address}"><a class="link" href="${href}" style="${styles.link}">${href}</a></p>`
}

const factsHtml = (facts: readonly RegExpExecArray[]) =>
  `<table cellpadding="0" cellspacing="0" style="margin:0 0 16px">${facts
    .map(
      ([, name = '', value = '']) => `
<tr><th scope="row" align="left" class="soft" style="${styles.name}">${escaped(name)}</th>
<td class="ink" style="${styles.value}">${escaped(value)}</td></tr>`,
    )
    .join('')}</table>`

const escaped = (text: string) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')

// The colours of app/globals.css. In the elements, because some mail programs leave out what the head says.
const font = 'font-family:-apple-system,BlinkMacSystemFont,Segoe UI,Roboto,Helvetica,Arial,sans-serif'
const styles = {
  paper: `margin:0;background:#f7f7f4;color:#14201d;${font}`,
  card: `max-width:560px;background:#ffffff;border:1px solid #e2e3dd;border-radius:16px;${font}`,
  from: 'margin:0 0 16px;font-size:14px;line-height:20px;color:#5f6a66',
  foot: 'margin:24px 0 8px;font-size:14px;line-height:20px;color:#5f6a66;overflow-wrap:anywhere',
  title: 'margin:0 0 16px;font-size:22px;line-height:28px;font-weight:600;color:#14201d',
  text: 'margin:0 0 16px;font-size:16px;line-height:24px;color:#14201d;overflow-wrap:anywhere',
  button:
    'display:inline-block;padding:12px 20px;border-radius:10px;background:#0a5c55;color:#ffffff;font-size:16px;line-height:20px;font-weight:600;text-decoration:none',
  address: 'margin:0 0 20px;font-size:13px;line-height:18px;overflow-wrap:anywhere',
  link: 'color:#0a5c55;text-decoration:underline',
  name: 'padding:2px 16px 2px 0;font-size:14px;line-height:20px;font-weight:400;vertical-align:top;color:#5f6a66',
  value: 'padding:2px 0;font-size:14px;line-height:20px;overflow-wrap:anywhere;color:#14201d',
} as const

const darkTheme = `:root{color-scheme:light dark}
@media (prefers-color-scheme: dark){
.paper{background:#0d1110!important}
.card{background:#141918!important;border-color:#28302e!important}
.ink{color:#edf2f0!important}
.soft{color:#95a29d!important}
.link{color:#62cdbd!important}
.button{background:#62cdbd!important;color:#04211d!important}
}`
