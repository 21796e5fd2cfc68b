/**
 * A batch comes in and is checked: nothing is paid and nothing is reserved. Every row is judged as the request that it is, beside what only
 * many rows can get wrong. The rows are kept sealed until their maker submits the batch: docs/decisions/0025-batches.md.
 */
import { createHash, randomUUID } from 'node:crypto'
import { idText } from '#lib/contract/payout.ts'
import { describeIssue } from '#lib/contract/describe-issue.ts'
import { issueWords } from '#lib/contract/issue-words.ts'
import type { BatchProblem, BatchRepeat } from '#lib/payouts/batch-problems.ts'
import { displayAmount } from '#lib/payouts/money.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { currencyPolicy, limitMinor } from '#lib/payouts/policy.ts'
import type { Policy, PayoutSource } from '#lib/payouts/policy.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { receiverDifferences, tidyLine } from '#lib/payouts/text.ts'
import { contradicts } from '#lib/services/balance/read-grant.ts'
import { sumUp } from '#lib/services/approval/approve-many.ts'
import { fieldsAsked, judgedBy } from '#lib/services/endpoint/endpoint-book.ts'
import { currencyOf } from '#lib/services/payout/accept-request.ts'
import { payAtProblems } from '#lib/services/payout/pay-at.ts'
import { readBody } from '#lib/services/payout/read-request.ts'
import type { ReadRequest } from '#lib/services/payout/read-request.ts'
import { requestHash, requestPlace } from '#lib/services/payout/request-hash.ts'
import type { Batch, Deps, NewBatch, NewBatchRow } from '#lib/services/ports.ts'
import { columnOf, formatOf, readBatchFile, readBatchRows } from './read-batch.ts'
import type { ReadRow } from './read-batch.ts'

/** The place that a row is sealed for, and the idempotency key of the payout that it becomes. */
export const rowPlace = (batchId: string, line: number) => `batch:${batchId}:${line}`
export const rowKey = (key: string) => `batch:${key}`

export type BatchContent = { name: string } & (
  | { bytes: Uint8Array; rows?: undefined }
  | { rows: readonly unknown[]; bytes?: undefined }
)

/**
 * `again`: this very file was submitted before, and that batch is the answer. Without a batch the file as a whole can't be read, and
 * `problems` say why.
 */
export async function checkBatch(
  deps: Deps,
  actor: Actor,
  content: BatchContent,
): Promise<
  | { ok: true; batch: Batch; again: boolean; problems: [] }
  | { ok: true; batch: null; again: false; problems: ({ line: number } & BatchProblem)[] }
  | Refusal<'forbidden'>
> {
  if (!mayMakeBatches(actor)) return refuse('forbidden')
  const fileHash = hashOf(deps, content)
  const before = await deps.batches.findSubmitted(fileHash)
  if (before && reaches(actor, before)) return { ok: true, batch: before, again: true, problems: [] }
  const read =
    content.bytes === undefined
      ? readBatchRows(content.rows)
      : readBatchFile((await fieldsAsked(deps)).fields, content.bytes)
  if (!read.ok) return { ok: true, batch: null, again: false, problems: read.problems }
  const id = randomUUID()
  const isFile = content.bytes !== undefined
  const source = actor.kind === 'api_key' ? 'api' : 'desk'
  const { rows, judged } = await judge(deps, id, read.rows, { isFile, source })
  const good = judged.filter((row) => isGood(row) && row.payoutId === null)
  const batch: NewBatch = {
    id,
    name: tidyLine(content.name.replaceAll(/\p{Cc}/gu, '')).slice(0, 200) || '-',
    format: content.bytes === undefined ? 'api' : formatOf(content.bytes),
    fileHash,
    madeById: actor.kind === 'user' ? actor.id : null,
    apiKeyId: actor.kind === 'api_key' ? actor.id : null,
    madeByName: actor.kind === 'user' || actor.kind === 'api_key' ? actor.name : '',
    rows: rows.length,
    wrong: judged.filter((row) => !isGood(row)).length,
    known: judged.filter(({ payoutId }) => payoutId !== null).length,
    repeats: good.filter(({ repeats }) => repeats.length > 0).length,
    newReceivers: new Set(good.filter(({ isNew }) => isNew).map(({ receiver }) => receiver)).size,
    sums: sumUp(
      good.flatMap(({ amountMinor, currency }) =>
        amountMinor === null || currency === null ? [] : [{ amountMinor, currency }],
      ),
    ),
  }
  await deps.batches.save(batch, rows, actor)
  const saved = await deps.batches.find(id)
  if (!saved) throw new Error(`Bug: batch ${id} was not saved`)
  return { ok: true, batch: saved, again: false, problems: [] }
}

export const mayMakeBatches = (actor: Actor): boolean =>
  may(actor, actor.kind === 'api_key' ? 'payout.create_by_api' : 'payout.enter')

/** Staff sees every batch; a key those that came through a key of the same owner, as with payouts. */
export const reaches = (actor: Actor, batch: Pick<Batch, 'apiKeyId' | 'apiKeyOwnerId'>): boolean =>
  actor.kind !== 'api_key' ||
  actor.ownerId === null ||
  (batch.apiKeyId !== null && batch.apiKeyOwnerId === actor.ownerId)

/** Keyed, because a short file would be easy to guess. The name is no part of it. */
const hashOf = ({ vault }: Pick<Deps, 'vault'>, content: BatchContent): string => {
  const hash = createHash('sha256').update(content.bytes ?? JSON.stringify(content.rows))
  return vault.fingerprint(`batch ${hash.digest('hex')}`)
}

const isGood = ({ problems }: Pick<NewBatchRow, 'problems'>) => problems.length === 0

/** A row, and what it asks for as far as it can be read. */
type Judged = Omit<NewBatchRow, 'sealed'> & { body: unknown; read: ReadRequest | null }

async function judge(
  deps: Deps,
  batchId: string,
  given: readonly ReadRow[],
  { isFile, source }: { isFile: boolean; source: PayoutSource },
): Promise<{ rows: NewBatchRow[]; judged: Judged[] }> {
  const { policy } = await deps.payouts.opening(rowKey(''))
  const nowMs = deps.clock.wallMs()
  const rulesOf = await rulesByCurrency(deps, given, source)
  const judged = given.map((row) => judgeAlone(rulesOf(row), policy.body, row, { isFile, nowMs }))
  repeatedKeys(judged)
  const receivers = await deps.batches.receivers([...new Set(judged.map(({ receiver }) => receiver))])
  contradictions(judged, receivers)
  for (const row of judged) row.isNew = row.receiver !== '' && !receivers.has(row.receiver)
  await knownKeys(deps, judged)
  await repeats(deps, judged)
  const rows = judged.map(({ body, read: _read, ...row }): NewBatchRow => {
    const isKept = row.problems.length === 0 && row.payoutId === null
    return {
      ...row,
      sealed: isKept ? deps.vault.seal(JSON.stringify(body), rowPlace(batchId, row.line)) : null,
    }
  })
  return { rows, judged }
}

/** What each row is judged by: the endpoint that its currency leads to. */
async function rulesByCurrency(deps: Deps, given: readonly ReadRow[], source: PayoutSource) {
  const currencies = [...new Set(given.map(({ body }) => currencyOf(body).currency))]
  const rules = new Map(
    await Promise.all(
      currencies.map(async (currency) => [currency, await judgedBy(deps, { currency, source })] as const),
    ),
  )
  return ({ body }: ReadRow): Rules => {
    const found = rules.get(currencyOf(body).currency)
    if (!found) throw new Error('Bug: a row of a currency that was not looked at')
    return found
  }
}

type Rules = Awaited<ReturnType<typeof judgedBy>>

/** Everything that can be said of a row by itself. A row that its file broke isn't looked at any further. */
function judgeAlone(
  rules: Rules,
  policy: Policy,
  { line, key, body, problems: broken }: ReadRow,
  { isFile, nowMs }: { isFile: boolean; nowMs: number },
): Judged {
  const named = idText(128).safeParse(key, { error: issueWords })
  const { read, errors } = readBody(rules, { body, ipAddress: null })
  const found = [
    ...(named.success
      ? []
      : named.error.issues.flatMap(describeIssue).map((one) => ({ ...one, path: 'key' }))),
    ...errors,
    ...payAtProblems(read?.request.payAt, nowMs),
  ]
  const problems: BatchProblem[] =
    broken.length > 0
      ? [...broken]
      : found.map((problem) => ({
          code: 'field',
          column: isFile ? columnOf(problem.path) : problem.path,
          problem,
        }))
  const amount = read?.amount.ok === true ? read.amount.amountMinor : null
  const currency = read?.request.currency ?? null
  if (problems.length === 0 && amount !== null && currency !== null) {
    const most = limitMinor(currencyPolicy(policy, currency).limits.payout, currency)
    if (most !== null && amount > most)
      problems.push({ code: 'overLimit', most: displayAmount(most, currency) })
  }
  const isKnown = problems.length === 0
  return {
    line,
    key: named.success ? named.data : typeof key === 'string' ? key.slice(0, 128) : '',
    receiver: read?.request.receiver.externalId ?? '',
    amountMinor: isKnown ? amount : null,
    currency: isKnown ? currency : null,
    problems,
    repeats: [],
    isNew: false,
    payoutId: null,
    body,
    read,
  }
}

/** One key twice is a repeated payment or two different ones: either way a person must look. */
function repeatedKeys(rows: readonly Judged[]): void {
  const first = new Map<string, number>()
  for (const { key, line, problems } of rows) {
    const before = key === '' ? undefined : first.get(key)
    if (before === undefined) first.set(key, line)
    else problems.push({ code: 'keyAbove', before })
  }
}

/** What a row says of a receiver must fit what is known of them, and what the rows above say. */
function contradictions(
  rows: readonly Judged[],
  known: Awaited<ReturnType<Deps['batches']['receivers']>>,
): void {
  const introduced = new Map<string, ReadRequest['request']['receiver']>()
  for (const { read, problems } of rows) {
    if (!read) continue
    const { receiver } = read.request
    const before = known.get(receiver.externalId)
    if (contradicts(before, receiver)) problems.push({ code: 'receiverDiffers' })
    if (before) continue
    const said = introduced.get(receiver.externalId)
    // The first one makes the receiver, so what it leaves out can't be added by another.
    if (said === undefined) introduced.set(receiver.externalId, receiver)
    else {
      const { email = null, firstName = null, lastName = null } = said
      if (receiverDifferences({ email, firstName, lastName }, receiver).length > 0)
        problems.push({ code: 'receiverDiffersAbove' })
    }
  }
}

/** A key has made its payout: it is that payout, or another was meant. */
async function knownKeys(deps: Deps, rows: readonly Judged[]): Promise<void> {
  const good = rows.filter(isGood)
  const known = await deps.batches.known(good.map(({ key }) => rowKey(key)))
  for (const row of good) {
    const before = known.get(rowKey(row.key))
    if (!before || !row.read) continue
    const { payoutId } = before
    const asked = openHash(deps, before)
    if (asked === null) row.problems.push({ code: 'keyUnreadable', payoutId })
    else if (asked === requestHash(row.read)) row.payoutId = payoutId
    else row.problems.push({ code: 'keyTaken', payoutId })
  }
}

/** Null: its data key is gone, or somebody changed it. */
function openHash(
  { vault, log }: Pick<Deps, 'vault' | 'log'>,
  { payoutId, requestHash: sealed }: { payoutId: string; requestHash: string },
): string | null {
  try {
    return vault.open(sealed, requestPlace(payoutId))
  } catch (error) {
    log.warn({ err: error, payoutId }, 'what a payout asked for could not be read')
    return null
  }
}

/** The same receiver, amount and currency a second time: on a line above, or in the last 24 hours. */
async function repeats(deps: Deps, rows: readonly Judged[]): Promise<void> {
  const asking = rows.flatMap((row) =>
    isGood(row) && row.payoutId === null && row.amountMinor !== null && row.currency !== null
      ? [
          {
            row,
            line: row.line,
            receiver: row.receiver,
            amountMinor: row.amountMinor,
            currency: row.currency,
          },
        ]
      : [],
  )
  const lately = await deps.batches.repeats(asking.map(({ row: _row, ...asked }) => asked))
  const first = new Map<string, number>()
  for (const { row, line, receiver, amountMinor, currency } of asking) {
    const same = JSON.stringify([receiver, currency, amountMinor.toString()])
    const [above, payoutId] = [first.get(same), lately.get(line)]
    const found: BatchRepeat[] = []
    if (above === undefined) first.set(same, line)
    else found.push({ line: above })
    if (payoutId !== undefined) found.push({ payoutId })
    row.repeats = found
  }
}
