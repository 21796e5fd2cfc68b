'use server'
import { z } from 'zod'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { decode, grantFileMaxBytes } from '#lib/contract/grant-csv.ts'
import { displayAmount } from '#lib/payouts/money.ts'
import { importGrants } from '#lib/services/balance/import-grants.ts'
import type { ImportReport } from '#lib/services/balance/import-grants.ts'

export type ImportState = {
  message: string | null
  /** What is wrong with the code. */
  codeProblem?: string
  /** What the dry run found, and the text of the file. When it is applied, the text comes back and is checked again. */
  looked: { name: string; report: ShownReport; content: string } | null
  /** How many were granted. */
  made: number | null
}

/** The sums are texts: without JavaScript the state travels in a form, which can't hold big integers. */
export type ShownReport = Omit<ImportReport, 'sums'> & { sums: { count: number; amount: string }[] }

const codeRefusals: readonly string[] = ['step_up_required', 'wrong_code', 'code_used', 'factor_not_set_up']

/** The browser could have changed what comes back with the form. */
const LookedAt = z.object({
  looked: z
    .object({ name: z.string(), report: z.record(z.string(), z.unknown()), content: z.string() })
    .nullable(),
})
const isImportState = (before: unknown) => LookedAt.safeParse(before).success

async function runImportFile(before: ImportState, form: FormData): Promise<ImportState> {
  return form.get('do') === 'apply' && before.looked ? apply(before, form) : look(form)
}

async function look(form: FormData): Promise<ImportState> {
  const file = form.get('file')
  const nothing = { looked: null, made: null }
  if (!(file instanceof File) || file.size === 0) return { ...nothing, message: 'Choose a file first.' }
  // A file that is too large is not even read.
  const content = new Uint8Array(await file.slice(0, grantFileMaxBytes + 1).arrayBuffer())
  const result = await act(({ deps, actor }) =>
    importGrants(deps, actor, { content, apply: false, code: '' }),
  )
  if (!result.ok) return { ...nothing, message: result.text }
  const { sums, ...rest } = result.report
  const report: ShownReport = {
    ...rest,
    sums: sums.map(({ count, amountMinor, currency }) => ({
      count,
      amount: displayAmount(amountMinor, currency),
    })),
  }
  // A file with errors has to be sent again, so nobody needs its text.
  const read = decode(content)
  const text = report.problems.length > 0 || !read.ok ? '' : read.text
  return { message: null, looked: { name: file.name, report, content: text }, made: null }
}

async function apply(before: ImportState, form: FormData): Promise<ImportState> {
  const { looked } = before
  const code = form.get('code')
  const input = {
    content: looked?.content ?? '',
    apply: true,
    code: typeof code === 'string' ? code.trim() : '',
  }
  const result = await act(({ deps, actor }) => importGrants(deps, actor, input))
  if (result.ok) return { message: null, looked: null, made: result.made }
  if (codeRefusals.includes(result.code)) return { ...before, message: null, codeProblem: result.text }
  return { ...before, message: result.text }
}

// What a browser can call. The arguments of each are checked first.
export const importFile = formAction(runImportFile, isImportState)
