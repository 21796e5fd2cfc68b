import type { Context } from 'hono'
import { html } from 'hono/html'

export type Html = ReturnType<typeof html>

const headers = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
}

/** One whole page. Each says first that it is a simulator. */
export function page(
  c: Context,
  title: string,
  content: Html,
  width: 'narrow' | '' = '',
  status: 200 | 422 = 200,
) {
  const whole = html`<!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title} · Cardzo simulator</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/_static/style.css" />
      </head>
      <body>
        <header class="notice">This is the Cardzo simulator: no real bank, no real money</header>
        <main class="${width}">${content}</main>
      </body>
    </html>`
  return c.html(whole, status, headers)
}
