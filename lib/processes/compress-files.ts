// What browsers load is compressed once, after a build, instead of for every request (next.config.js). lib/web/static-files.ts sends it.
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

/** Shorter files fit into one packet anyway. */
const fromBytes = 1024
/** Fonts are compressed already. */
const isText = (name: string) => /\.(js|css|svg|json|txt)$/.test(name)

const inGzip = promisify(gzip)
const inBrotli = promisify(brotliCompress)
const smallest = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }

/** Puts `name.br` and `name.gz` beside every text in `folder` and below that is worth it. */
export async function compressFiles(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const texts = entries.filter((entry) => entry.isFile() && isText(entry.name))
  await Promise.all(
    texts.map(async ({ parentPath, name }) => {
      const file = join(parentPath, name)
      const text = await readFile(file)
      if (text.length < fromBytes) return
      await writeFile(`${file}.br`, await inBrotli(text, smallest))
      await writeFile(`${file}.gz`, await inGzip(text, { level: constants.Z_BEST_COMPRESSION }))
    }),
  )
}
