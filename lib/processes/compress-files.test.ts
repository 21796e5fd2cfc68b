import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterEach, expect, it } from 'vitest'
import { compressFiles } from './compress-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'compress-'))
afterEach(() => {
  rmSync(folder, { recursive: true })
})

it('compresses the texts of a folder and below, and leaves what is short or compressed already', async () => {
  mkdirSync(join(folder, 'chunks'))
  const text = 'const ä = 1\n'.repeat(500)
  writeFileSync(join(folder, 'chunks', 'long.js'), text)
  writeFileSync(join(folder, 'short.css'), 'a{}')
  writeFileSync(join(folder, 'font.woff2'), text)
  await compressFiles(folder)
  expect(readdirSync(folder).sort()).toEqual(['chunks', 'font.woff2', 'short.css'])
  expect(readdirSync(join(folder, 'chunks')).sort()).toEqual(['long.js', 'long.js.br', 'long.js.gz'])
  const read = (name: string) => readFileSync(join(folder, 'chunks', name))
  expect(brotliDecompressSync(read('long.js.br')).toString()).toBe(text)
  expect(gunzipSync(read('long.js.gz')).toString()).toBe(text)
})
