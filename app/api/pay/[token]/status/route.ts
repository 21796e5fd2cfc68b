import { json } from '#app/_server/api.ts'
import { judgeError } from '#app/_server/away.ts'
import { getDeps } from '#app/_server/deps.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { problem, refusalProblem } from '#app/_server/problem.ts'
import { localeOf } from '#lib/words/locales.ts'
import { showStatus } from '#lib/services/payout/show-status.ts'

/** The receiver's page polls this until the payout is over. Anybody with the link may ask. */
export async function GET(
  request: Request,
  context: { params: Promise<{ token: string }> },
): Promise<Response> {
  try {
    const { token } = await context.params
    const result = await showStatus(await getDeps(), token, (known) => localeOf(request, known))
    return result.ok ? json(result.view, { headers: shy }) : refusalProblem(result)
  } catch (error) {
    return problem(await judgeError(error, '/api/pay/[token]/status'))
  }
}

/** Because the address contains the link's token. */
const shy = { 'Referrer-Policy': 'no-referrer', 'X-Robots-Tag': 'noindex' }

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS')
