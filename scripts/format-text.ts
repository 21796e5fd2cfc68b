// Formats a text as `npm run format` would write that file.
import { readFileSync } from 'node:fs'
import { format } from 'oxfmt'
import type { FormatConfig } from 'oxfmt'

const { ignorePatterns: _, ...options } = JSON.parse(
  readFileSync(new URL('../.oxfmtrc.json', import.meta.url), 'utf8'),
) as FormatConfig & { ignorePatterns: string[] }

/** `file` says by its name what the text is. Throws on a text that can't be read as that. */
export async function formatText(file: string, text: string): Promise<string> {
  const { code, errors } = await format(file, text, options)
  const [first] = errors
  if (first) throw new Error(`${file}: ${first.message}`)
  return code
}
