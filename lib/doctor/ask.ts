/** One small request, with whatever certificate there is. */
import { request as overHttp } from 'node:http'
import { request as overHttps } from 'node:https'

export type Answer = {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
}

const bodyMost = 64 * 1024

/** `anyCertificate`: for questions that hold no secret. Rejects when nobody answers in time. */
export function ask(
  url: URL | string,
  options: {
    method?: string
    headers?: Record<string, string>
    anyCertificate?: boolean
    timeoutMs?: number
  } = {},
): Promise<Answer> {
  const { method = 'GET', headers = {}, anyCertificate = false, timeoutMs = 8_000 } = options
  const target = new URL(url)
  const send = target.protocol === 'https:' ? overHttps : overHttp
  return new Promise((resolve, reject) => {
    const request = send(
      target,
      { method, headers, agent: false, ...(anyCertificate && { rejectUnauthorized: false }) },
      (response) => {
        let body = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          if (body.length < bodyMost) body += chunk
        })
        response.once('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        )
        response.once('error', reject)
      },
    )
    request.setTimeout(timeoutMs, () => request.destroy(new Error(`no answer in ${timeoutMs / 1000} s`)))
    request.once('error', reject)
    request.end()
  })
}
