import { judgeError } from '#app/_server/away.ts'
import { getDeps } from '#app/_server/deps.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { plainPage, seeOther } from '#app/_server/plain-answer.ts'
import { localeOf } from '#lib/words/locales.ts'
import { wordsFor } from '#lib/words/words.ts'
import { recordReturn } from '#lib/services/payout/record-return.ts'

/**
 * The bank's form sends the receiver's browser back, by a cross-site POST or a plain link. Whatever it sends along is
 * not even read, no cookie is needed, and nobody is turned away: the status page tells what is true.
 */
async function comeBack(
  request: Request,
  context: { params: Promise<{ token: string }> },
): Promise<Response> {
  try {
    const { token } = await context.params
    const result = await recordReturn(await getDeps(), token)
    return seeOther((result.ok ? result.statusPath : null) ?? '/pay/back')
  } catch (error) {
    await judgeError(error, '/pay/[token]/return')
    const locale = localeOf(request)
    const t = wordsFor(locale, 'pay')
    return plainPage(503, { locale, title: t('back.title'), text: t('back.away') }, { 'Retry-After': '5' })
  }
}

export { comeBack as GET, comeBack as POST }
export const { PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS, POST')
