'use server'
import { redirect } from 'next/navigation'
import { readTexts, sentBack, untouched } from '#app/_ui/form/form-state.ts'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { localeHere } from '#app/_server/locale.ts'
import { cancelBatch } from '#lib/services/batch/cancel-batch.ts'
import { checkBatch } from '#lib/services/batch/check-batch.ts'
import { approveBatch, rejectBatch, reviewBatch, stopDecision } from '#lib/services/batch/decide-batch.ts'
import { readLines } from '#lib/services/batch/read-lines.ts'
import { batchFileMaxBytes } from '#lib/services/batch/read-batch.ts'
import { submitBatch } from '#lib/services/batch/submit-batch.ts'
import { batchProblemText } from '#lib/words/batch-problem-text.ts'
import { wordsFor } from '#lib/words/words.ts'

/** Why a file can't be read as a whole, with the line where that is known. */
export type Unread = { line: number; message: string }[]

async function runUpload(
  _before: FormState<Unread | null>,
  form: FormData,
): Promise<FormState<Unread | null>> {
  const [file, locale] = [form.get('file'), await localeHere()]
  if (!(file instanceof File) || file.size === 0)
    return sentBack({ text: wordsFor(locale, 'batches')('new.choose') }, {})
  // More than may be is not even read.
  const bytes = new Uint8Array(await file.slice(0, batchFileMaxBytes + 1).arrayBuffer())
  const result = await act(({ deps, actor }) => checkBatch(deps, actor, { name: file.name, bytes }))
  if (!result.ok) return sentBack(result, {})
  if (result.batch) redirect(`/desk/batches/${result.batch.id}${result.again ? '?again=1' : ''}`)
  const answer = result.problems.map(({ line, ...problem }) => ({
    line,
    message: batchProblemText(locale, problem),
  }))
  return { ...untouched, answer }
}

async function runSubmit(_before: FormState, form: FormData): Promise<FormState> {
  const { id = '', leaveOut = '0' } = readTexts(form)
  const result = await act(({ deps, actor }) => submitBatch(deps, actor, { id, leaveOut: Number(leaveOut) }))
  if (result.ok) redirect(`/desk/batches/${result.batch.id}`)
  return sentBack(result, {})
}

async function runCancel(_before: FormState, form: FormData): Promise<FormState> {
  const { id = '' } = readTexts(form)
  const result = await act(({ deps, actor }) => cancelBatch(deps, actor, { id }))
  if (result.ok) redirect(`/desk/batches/${result.batch.id}`)
  return sentBack(result, {})
}

async function runReview(_before: FormState, form: FormData): Promise<FormState> {
  const { id = '', lines: written = '' } = readTexts(form)
  const lines = readLines(written)
  if (lines === null) {
    const text = wordsFor(await localeHere(), 'batches')('approve.linesWrong')
    return sentBack({ text, errors: [{ path: 'lines', message: text }] }, { lines: written })
  }
  const leaveOut = {
    lines,
    risky: form.has('risky'),
    repeats: form.has('repeats'),
    newReceivers: form.has('newReceivers'),
  }
  const result = await act(({ deps, actor }) => reviewBatch(deps, actor, { id, leaveOut }))
  if (result.ok) redirect(`/desk/batches/${result.decision.batchId}/decisions/${result.decision.id}`)
  return sentBack(result, { lines: written })
}

async function runApprove(_before: FormState, form: FormData): Promise<FormState> {
  const { id = '', setHash = '', code = '' } = readTexts(form)
  const result = await act(({ deps, actor }) => approveBatch(deps, actor, { id, setHash, code }))
  if (result.ok) redirect(`/desk/batches/${result.decision.batchId}/decisions/${result.decision.id}`)
  return sentBack(result, { code })
}

async function runReject(_before: FormState, form: FormData): Promise<FormState> {
  const { id = '', reason = '' } = readTexts(form)
  const result = await act(({ deps, actor }) => rejectBatch(deps, actor, { id, reason }))
  if (result.ok) redirect(`/desk/batches/${result.decision.batchId}/decisions/${result.decision.id}`)
  return sentBack(result, { reason })
}

async function runStop(_before: FormState, form: FormData): Promise<FormState> {
  const { id = '' } = readTexts(form)
  const result = await act(({ deps, actor }) => stopDecision(deps, actor, { id }))
  if (result.ok) redirect(`/desk/batches/${result.decision.batchId}/decisions/${result.decision.id}`)
  return sentBack(result, {})
}

// What a browser can call; each checks its arguments first.
export const upload = formAction(runUpload)
export const submit = formAction(runSubmit)
export const cancel = formAction(runCancel)
export const review = formAction(runReview)
export const approve = formAction(runApprove)
export const reject = formAction(runReject)
export const stop = formAction(runStop)
