import { judgeError } from '#app/_server/away.ts'
import { getDeps } from '#app/_server/deps.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { guardHeaders, problem } from '#app/_server/problem.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import { showBrand } from '#lib/services/policy/show-brand.ts'
import { mailHtml } from '#lib/services/message/mail-html.ts'

/** A mail of the demo mailbox as mail programs show it. Like that page, it is never there in production. */
export async function GET(
  _request: Request,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  try {
    const [{ id }, deps] = [await params, await getDeps()]
    const { config, mails } = deps
    const mail = config.demoMailbox && isUuid(id) ? await mails.find(id) : null
    if (!mail?.text) return problem('not_found')
    const { subject, text, locale } = mail
    return new Response(mailHtml({ subject, text, locale }, { ...config, brand: await showBrand(deps) }), {
      headers,
    })
  } catch (error) {
    return problem(await judgeError(error, '/api/demo/mail/[id]'))
  }
}

const headers = {
  'Content-Type': 'text/html; charset=utf-8',
  // What a mail may do: show itself, with its own styles.
  'Content-Security-Policy':
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'same-origin',
  ...guardHeaders,
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS')
