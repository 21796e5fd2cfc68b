// A process for the tests of the embedded server: joins it, prints the address, leaves when its input ends.
import { joinEmbeddedPostgres } from '#lib/db/engine/embedded-postgres.ts'

const { url, leave } = await joinEmbeddedPostgres({ dataDir: process.argv[2] ?? '' })
process.stdout.write(`${url}\n`)
process.stdin.resume()
process.stdin.once('end', () => void leave())
