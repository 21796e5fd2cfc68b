/** What a pooler does that matters here, in front of a real server: it refuses parameters of connecting that it does not know. */
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

/** PgBouncer's own list; everything else it refuses unless told to ignore it. */
const known = [
  'user',
  'database',
  'client_encoding',
  'datestyle',
  'timezone',
  'standard_conforming_strings',
  'application_name',
]

const sslRequest = 80_877_103

export type Pooler = { url: string; stop: () => Promise<void> }

export async function startPooler(databaseUrl: string): Promise<Pooler> {
  const target = new URL(databaseUrl)
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    client.on('error', () => upstream.destroy())
    upstream.on('error', () => client.destroy())
    client.on('close', () => upstream.destroy())
    const first = (data: Buffer) => {
      if (data.readInt32BE(4) === sslRequest) {
        client.write('N')
        client.once('data', first)
        return
      }
      const parts = data.subarray(8).toString('utf8').split('\0')
      const names = parts.filter((_, index) => index % 2 === 0 && parts[index] !== '')
      const refused = names.find((name) => !known.includes(name.toLowerCase()))
      if (refused !== undefined) {
        client.end(errorResponse(`unsupported startup parameter: ${refused}`))
        return
      }
      upstream.write(data)
      client.pipe(upstream)
      upstream.pipe(client)
    }
    client.once('data', first)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(databaseUrl)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function errorResponse(message: string): Buffer {
  const body = Buffer.from(`SFATAL\0VFATAL\0C08P01\0M${message}\0\0`)
  const head = Buffer.alloc(5)
  head.write('E')
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}
