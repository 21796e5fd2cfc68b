// Archived months on the server's disk: a folder for each, compressed files of lines, and a manifest. Only this account may read them.
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import type { WriteStream } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import type { Gzip } from 'node:zlib'
import type { ReadArchive } from '#lib/services/ports.ts'
import type { ArchiveFolder } from '#lib/services/safety/archive-history.ts'

const manifestName = 'manifest.json'
const nameOf = (file: string) => `${file}.jsonl.gz`

/** The finished months in a folder, oldest first. */
export async function monthsIn(dir: string): Promise<{ month: string; manifest: string }[]> {
  const names = (await readdir(dir)).filter((name) => /^\d{4}-\d{2}$/.test(name)).sort()
  return Promise.all(
    names.map(async (month) => ({ month, manifest: await readFile(join(dir, month, manifestName), 'utf8') })),
  )
}

export const archiveReader =
  (dir: string): ReadArchive =>
  (month, file) =>
    linesOf(join(dir, month, nameOf(file)))

/** Throws while reading when the file is cut off or damaged. */
function linesOf(path: string): AsyncIterable<string> | undefined {
  if (!existsSync(path)) return undefined
  return readLines(path)
}

async function* readLines(path: string): AsyncGenerator<string> {
  const source = createReadStream(path)
  const text = createGunzip()
  // An error of either ends both; the reader below hears of it.
  const whole = pipeline(source, text)
  whole.catch(() => undefined)
  // It may come after a reader has stopped, when nobody would hear it.
  text.on('error', () => undefined)
  yield* createInterface({ input: text, crlfDelay: Infinity })
  await whole
}

/** Months in `dir`, which is made if it isn't there. A month that is being written is beside them, under another name. */
export async function archiveFolder(dir: string): Promise<ArchiveFolder> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  return {
    async manifest(month) {
      const path = join(dir, month, manifestName)
      return existsSync(path) ? readFile(path, 'utf8') : null
    },
    read: archiveReader(dir),
    async begin(month) {
      const part = join(dir, `${month}.part`)
      await rm(part, { recursive: true, force: true })
      await mkdir(part, { mode: 0o700 })
      const files = new Map<string, { gzip: Gzip; done: Promise<void> }>()
      const fileOf = (file: string) => {
        const known = files.get(file)
        if (known) return known
        const gzip = createGzip()
        const made = { gzip, done: pipeline(gzip, writer(join(part, nameOf(file)))) }
        made.done.catch(() => undefined)
        files.set(file, made)
        return made
      }
      return {
        async write(file, lines) {
          const { gzip, done } = fileOf(file)
          if (lines.length === 0) return
          const text = lines.map((line) => `${line}\n`).join('')
          // A full disk ends the stream, and is heard of here.
          if (!gzip.write(text))
            await Promise.race([new Promise((resolve) => gzip.once('drain', resolve)), done])
        },
        async settle() {
          for (const [file, { gzip, done }] of files) {
            gzip.end()
            await done
            await toDisk(join(part, nameOf(file)))
          }
        },
        read: (_month, file) => linesOf(join(part, nameOf(file))),
        async finish(manifest) {
          await writeFile(join(part, manifestName), manifest, { mode: 0o600 })
          await toDisk(join(part, manifestName))
          await toDisk(part)
          await rename(part, join(dir, month))
          await toDisk(dir)
        },
      }
    },
  }
}

const writer = (path: string): WriteStream => createWriteStream(path, { mode: 0o600, flags: 'wx' })

/** Of a folder: the names in it. */
async function toDisk(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
