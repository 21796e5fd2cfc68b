import type { ServerResponse } from 'node:http'
import { html, type Html } from './html.ts'

/** One whole page; every one says first that it is a simulator. */
export function sendPage(
  res: ServerResponse,
  status: number,
  title: string,
  content: Html,
  width = '',
): void {
  res.writeHead(status, {
    'Content-Type': 'text/html;charset=utf-8',
    'Content-Security-Policy':
      "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'",
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  })
  const page = html`<html lang="en">
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
  res.end(`<!DOCTYPE html>\n${page.html}`)
}
