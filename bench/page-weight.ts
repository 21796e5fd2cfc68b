// How much a browser fetches for the receiver's page: HTML, scripts and styles as they travel, compressed.
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { PassThrough } from 'node:stream'
import { createBrotliDecompress, createGunzip } from 'node:zlib'
import type { IncomingMessage } from 'node:http'
import { createPayouts } from './payout-requests.ts'
import type { BenchServer } from './stack.ts'

export type PageWeight = { ours: number; empty: number }

/** In bytes; the empty page is the one that says that there is no page. */
export async function measurePageWeight(server: BenchServer): Promise<PageWeight> {
  const bench = await server.open()
  try {
    await bench.startWeb()
    const [payout] = await createPayouts(bench.appUrl, await bench.apiKey(), 1)
    const { pathname } = new URL(payout?.statusUrl ?? '')
    return { ours: await weigh(bench.appUrl + pathname), empty: await weigh(`${bench.appUrl}/no-such-page`) }
  } finally {
    await bench.stop()
  }
}

async function weigh(address: string): Promise<number> {
  const page = await fetchCompressed(address)
  const parts = new Set(
    [...page.body.matchAll(/<(?:script|link)\b[^>]*?(?:src|href)="([^"]+\.(?:js|css)[^"]*)"/g)].map(
      ([, path = '']) => new URL(path.replaceAll('&amp;', '&'), address).href,
    ),
  )
  const weights = await Promise.all([...parts].map(async (part) => (await fetchCompressed(part)).bytes))
  return weights.reduce((sum, bytes) => sum + bytes, page.bytes)
}

function fetchCompressed(address: string): Promise<{ bytes: number; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(
      address,
      { headers: { 'Accept-Encoding': 'gzip, br', Accept: 'text/html,*/*' } },
      (answer) => {
        let bytes = 0
        answer.on('data', (chunk: Buffer) => (bytes += chunk.length))
        text(answer.pipe(decoderOf(answer))).then((body) => resolve({ bytes, body }), reject)
      },
    )
    asked.once('error', reject)
    asked.end()
  })
}

function decoderOf({ headers }: IncomingMessage) {
  if (headers['content-encoding'] === 'br') return createBrotliDecompress()
  return headers['content-encoding'] === 'gzip' ? createGunzip() : new PassThrough()
}
