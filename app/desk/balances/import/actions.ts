'use server'
import { z } from 'zod'
import { readTexts, sentBack, untouched } from '#app/_ui/form/form-state.ts'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { localeHere } from '#app/_server/locale.ts'
import { decode, grantFileMaxBytes } from '#lib/contract/grant-csv.ts'
import { displayAmount } from '#lib/payouts/money.ts'
import { importGrants } from '#lib/services/balance/import-grants.ts'
import type { ImportReport } from '#lib/services/balance/import-grants.ts'
import { fileProblemText } from '#lib/words/grant-file-text.ts'
import { moneyText } from '#lib/words/money.ts'
import { wordsFor } from '#lib/words/words.ts'

export type ImportState = FormState<ImportAnswer | null>

type ImportAnswer = {
  /** What the dry run said, and the text it was said of; it comes back when it is applied, and is judged again. */
  looked: { name: string; report: ShownReport; content: string } | null
  /** How many were granted. */
  made: number | null
}

/** The sums are texts: without JavaScript the state travels in a form, which can't hold big integers. */
export type ShownReport = Omit<ImportReport, 'sums' | 'problems'> & {
  sums: { count: number; amount: string }[]
  /** The first of them. */
  problems: { line: number; message: string }[]
  /** How many there are. */
  wrong: number
}

/** More than anybody mends in one go. */
const problemsShown = 200

/** What comes back with the form was in the browser's hands meanwhile. */
const LookedAt = z.object({
  answer: z
    .object({
      looked: z
        .object({ name: z.string(), report: z.record(z.string(), z.unknown()), content: z.string() })
        .nullable(),
    })
    .nullable(),
})
const isImportState = (before: unknown) => LookedAt.safeParse(before).success

async function runImportFile(before: ImportState, form: FormData): Promise<ImportState> {
  return form.get('do') === 'apply' && before.answer?.looked ? apply(before, form) : look(form)
}

async function look(form: FormData): Promise<ImportState> {
  const file = form.get('file')
  const locale = await localeHere()
  if (!(file instanceof File) || file.size === 0)
    return sentBack({ text: wordsFor(locale, 'balances')('file.choose') }, {})
  // More than may be is not even read.
  const content = new Uint8Array(await file.slice(0, grantFileMaxBytes + 1).arrayBuffer())
  const result = await act(({ deps, actor }) =>
    importGrants(deps, actor, { content, apply: false, code: '' }),
  )
  if (!result.ok) return sentBack(result, {})
  const { sums, problems, ...rest } = result.report
  const report: ShownReport = {
    ...rest,
    problems: problems
      .slice(0, problemsShown)
      .map((one) => ({ line: one.line, message: fileProblemText(locale, one) })),
    wrong: problems.length,
    sums: sums.map(({ count, amountMinor, currency }) => ({
      count,
      amount: moneyText(locale, displayAmount(amountMinor, currency)),
    })),
  }
  // A file with errors is sent again, so nobody needs its text.
  const read = decode(content)
  const text = report.wrong > 0 || !read.ok ? '' : read.text
  return { ...untouched, answer: { looked: { name: file.name, report, content: text }, made: null } }
}

async function apply(before: ImportState, form: FormData): Promise<ImportState> {
  const { code = '' } = readTexts(form)
  const input = { content: before.answer?.looked?.content ?? '', apply: true, code }
  const result = await act(({ deps, actor }) => importGrants(deps, actor, input))
  if (result.ok) return { ...untouched, answer: { looked: null, made: result.made } }
  return { ...sentBack(result, { code }), answer: before.answer }
}

// What a browser can call. The arguments of each are checked first.
export const importFile = formAction(runImportFile, isImportState)
