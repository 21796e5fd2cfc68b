import { bodyMaxBytes, readForm } from '#app/_server/body.ts'
import { getDeps } from '#app/_server/deps.ts'
import { judgeError } from '#app/_server/away.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { plainText } from '#app/_server/plain-answer.ts'
import { recordCallback } from '#lib/services/record-callback.ts'

/** Cardzo calls back with the parameters in the query (contract 4.4). */
export function GET(request: Request): Promise<Response> {
  return receive([...new URL(request.url).searchParams])
}

/** Cardzo calls back with a form. Its query is not looked at: one message has one place. */
export async function POST(request: Request): Promise<Response> {
  const form = await readForm(request)
  if (form.ok) return receive(form.value)
  switch (form.code) {
    case 'too_large':
      return plainText(413, `The body may have at most ${bodyMaxBytes} bytes.`)
    case 'unsupported_media_type':
      return plainText(400, 'The body must be application/x-www-form-urlencoded.')
    case 'invalid_request':
      return plainText(400, 'The body is not UTF-8.')
  }
}

export const { PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS, POST')

/** Hands a readable message on. Anything but 200 makes Cardzo send it again. */
async function receive(params: [string, string][]): Promise<Response> {
  if (new Set(params.map(([name]) => name)).size < params.length)
    return plainText(400, 'A parameter was given twice.')
  try {
    const { http, text } = await recordCallback(await getDeps(), params)
    return plainText(http, text)
  } catch (error) {
    // Whatever is wrong with us, the message is not stored, and Cardzo must send it again.
    await judgeError(error, '/api/cardzo/callback')
    return plainText(503, 'Not stored. Please send it again.')
  }
}
