/**
 * What a pooler does that matters here, in front of a real server: it refuses parameters of connecting that it does not know, and
 * announces a process number of its own.
 */
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { Transform } from 'node:stream'

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
      upstream.pipe(withOwnPid()).pipe(client)
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

/** The start of BackendKeyData (a K and its length); the number of the process that serves comes next. */
const keyData = Buffer.from([0x4b, 0, 0, 0, 12])

/** Passes everything on, with a process number that a pooler makes up. The server sends that message in one piece. */
function withOwnPid(): Transform {
  let told = false
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const at = told ? -1 : chunk.indexOf(keyData)
      if (at !== -1) {
        told = true
        chunk.writeInt32BE(1, at + keyData.length)
      }
      done(null, chunk)
    },
  })
}

function errorResponse(message: string): Buffer {
  const body = Buffer.from(`SFATAL\0VFATAL\0C08P01\0M${message}\0\0`)
  const head = Buffer.alloc(5)
  head.write('E')
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}
