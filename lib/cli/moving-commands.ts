// The operator's commands for moving in and out: files on the server's disk, and the verbs behind them.
import { createReadStream, existsSync } from 'node:fs'
import { appendFile, mkdir, readdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { importKinds } from '#lib/payouts/import-problems.ts'
import type { ImportKind, ImportLineProblem } from '#lib/payouts/import-problems.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { applyImports } from '#lib/services/moving/apply-imports.ts'
import { checkImport } from '#lib/services/moving/check-import.ts'
import { decideImport } from '#lib/services/moving/decide-import.ts'
import { exportInstallation } from '#lib/services/moving/export-installation.ts'
import { createExportReader, filesFor } from '#lib/services/moving/from-export.ts'
import type { RawImportRow } from '#lib/services/moving/read-import.ts'
import { verifyExport } from '#lib/services/moving/verify-export.ts'
import type { ExportVerdict } from '#lib/services/moving/verify-export.ts'
import type { Deps } from '#lib/services/ports.ts'
import { importProblemText } from '#lib/words/import-problem-text.ts'
import { CommandError } from './command.ts'
import { good } from './good.ts'
import { readGivenFile, textOf } from './flags.ts'
import type { Command, Flags } from './flags.ts'

const manifestName = 'manifest.json'
/** As many as a person mends in one go. */
const problemsPrinted = 200

/** Writes into a folder that is new or empty, so that no file of another export is among these. Only this account may read it. */
async function exportTo(deps: Deps, operator: Actor, flags: Flags): Promise<unknown> {
  const [dir, receiver] = [textOf(flags, 'to'), flags['receiver']]
  await mkdir(dir, { recursive: true, mode: 0o700 })
  if ((await readdir(dir)).length > 0) throw new CommandError(`${dir} is not empty`)
  const made = good(
    await exportInstallation(deps, operator, {
      ...(typeof receiver === 'string' && { receiver }),
      openAccounts: flags['open-accounts'] === true,
      why: typeof flags['why'] === 'string' ? flags['why'] : '',
      write: (file, lines) =>
        appendFile(join(dir, file), lines.map((line) => `${line}\n`).join(''), { mode: 0o600 }),
    }),
  )
  // Last: a folder without it is an export that did not end.
  await writeFile(join(dir, manifestName), made.text, { mode: 0o600 })
  const { files, ...about } = made.manifest
  return {
    ...about,
    files: files.length,
    lines: files.reduce((sum, { lines }) => sum + lines, 0),
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    sha256: made.sha256,
  }
}

function verifyIn(flags: Flags): Promise<ExportVerdict> {
  const [dir, kept] = [textOf(flags, 'from'), flags['sha256']]
  const manifest = readGivenFile(join(dir, manifestName)).toString('utf8')
  return verifyExport(
    manifest,
    (name) => linesOf(join(dir, name)),
    typeof kept === 'string' ? kept : undefined,
  )
}

function linesOf(file: string): AsyncIterable<string> | undefined {
  if (!existsSync(file)) return undefined
  return createInterface({ input: createReadStream(file), crlfDelay: Infinity })
}

/** Proposes an import of a file, or of the files of an export. While there is no admin who could confirm it, it is applied at once. */
async function importFrom(deps: Deps, operator: Actor, flags: Flags): Promise<unknown> {
  const kind = importKinds.find((one) => one === flags['kind'])
  if (!kind) throw new CommandError(`--kind must be one of ${importKinds.join(', ')}`)
  const { file, from, source } = flags
  if ((typeof file === 'string') === (typeof from === 'string'))
    throw new CommandError('Pass --file, a CSV or XLSX file, or --from, the folder of an export')
  const request = {
    ...{ kind, atOnce: flags['at-once'] === true, code: '' },
    source: typeof source === 'string' ? source : '',
  }
  const checked = good(
    await checkImport(
      deps,
      operator,
      typeof file === 'string'
        ? { ...request, name: basename(file), bytes: readGivenFile(file) }
        : { ...request, name: String(from), rows: await rowsIn(String(from), kind) },
    ),
  )
  if (checked.imported === null) return { ok: false, problems: printed(checked.problems) }
  const { id, rows, wrong, known } = checked.imported
  if (wrong > 0) {
    const problems = printed((await deps.imports.problems(id, 0)) ?? [])
    return { ok: false, id, rows, wrong, problems }
  }
  const decided = await decideImport(deps, operator, { id, decision: 'confirmed', code: '' })
  if (!decided.ok) return { ok: true, id, rows, known, state: 'waits for an admin to confirm it' }
  await applyImports(deps, new AbortController().signal)
  const applied = await deps.imports.find(id)
  return { ok: true, id, rows, known, made: applied?.made, leftOut: applied?.leftOut, state: 'imported' }
}

const printed = (problems: ImportLineProblem[]) =>
  problems
    .slice(0, problemsPrinted)
    .map(({ line, ...problem }) => ({ line, message: importProblemText('en', problem) }))

async function rowsIn(dir: string, kind: ImportKind): Promise<RawImportRow[]> {
  const reader = createExportReader(kind)
  const rows: RawImportRow[] = []
  for (const name of filesFor[kind]) {
    const lines = linesOf(join(dir, name))
    if (!lines) throw new CommandError(`${join(dir, name)} is not there`)
    let line = 0
    for await (const text of lines) {
      line += 1
      try {
        const row = reader.add(name, line, text)
        // Lines are counted over all files of the kind, so that each problem has its own.
        if (row) rows.push({ ...row, line: rows.length + 1 })
      } catch (error) {
        throw new CommandError(`Line ${line} of ${name} is no line of an export: ${String(error)}`)
      }
    }
  }
  return rows
}

export const movingCommands = (operator: Actor): Record<string, Command> => ({
  export: {
    usage: '--to DIR [--receiver X] [--open-accounts --why W]',
    needs: ['to'],
    mayHave: ['receiver', 'why'],
    switches: ['open-accounts'],
    run: (deps, flags) => exportTo(deps, operator, flags),
  },
  'export:verify': {
    usage: '--from DIR [--sha256 H]',
    needs: ['from'],
    mayHave: ['sha256'],
    runAlone: (flags) => verifyIn(flags),
  },
  import: {
    usage: '--kind receivers|destinations|history (--file F | --from DIR) [--source S] [--at-once]',
    needs: ['kind'],
    mayHave: ['file', 'from', 'source'],
    switches: ['at-once'],
    run: (deps, flags) => importFrom(deps, operator, flags),
  },
})
