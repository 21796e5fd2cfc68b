/** Batches: payouts that are asked for many at once, their rows, and the work on them. */
import type { BatchProblem, BatchRepeat } from '#lib/payouts/batch-problems.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { RiskLevel } from '#lib/payouts/risk.ts'
import type { Receiver } from './payout.ts'

export type BatchFormat = 'csv' | 'xlsx' | 'api'

/** Where a batch is: checked, being made, all made, ended because nobody submitted it, being cancelled, or cancelled. */
export type BatchState = 'checked' | 'working' | 'done' | 'over' | 'cancelling' | 'cancelled'

/** How many payouts of one currency, and what they come to. */
export type BatchSum = { currency: string; count: number; amountMinor: bigint }

export type Batch = {
  id: string
  seq: bigint
  /** Of the file, or as the API named it. */
  name: string
  format: BatchFormat
  /** A person, or an API key. */
  madeById: string | null
  apiKeyId: string | null
  apiKeyOwnerId: string | null
  madeByName: string
  madeAt: Date
  rows: number
  /** Rows with problems; rows whose payout was there before; rows that repeat another payment. */
  wrong: number
  known: number
  repeats: number
  newReceivers: number
  /** Of the rows that would become payouts when it was checked. */
  sums: BatchSum[]
  submittedAt: Date | null
  /** Rows without problems that are payouts or refused by now. */
  done: number
  /** Every row is dealt with; without `submittedAt`: nobody submitted it in time, or it was cancelled. */
  endedAt: Date | null
  /** From then on nothing more of it is made, and what isn't sent yet is cancelled. */
  cancelledAt: Date | null
  /** The person or the API key that did. */
  cancelledById: string | null
  cancelledByKeyId: string | null
  cancelledByName: string | null
  /** Nothing is left to cancel. */
  cancelEndedAt: Date | null
}

/** Why a row did not become a payout after it was submitted. */
export type RowRefusal = Pick<Refusal, 'code' | 'detail' | 'errors'>

export type BatchRow = {
  line: number
  key: string
  /** Their external id; empty where the row names none. */
  receiver: string
  amountMinor: bigint | null
  currency: string | null
  problems: BatchProblem[]
  repeats: BatchRepeat[]
  isNew: boolean
  payoutId: string | null
  refused: RowRefusal | null
}

/** A row as it is kept: what it asks for, sealed, unless it has problems or a payout. */
export type NewBatchRow = Omit<BatchRow, 'refused'> & { sealed: string | null }

export type NewBatch = Pick<
  Batch,
  | 'id'
  | 'name'
  | 'format'
  | 'madeById'
  | 'apiKeyId'
  | 'madeByName'
  | 'rows'
  | 'wrong'
  | 'known'
  | 'repeats'
  | 'newReceivers'
  | 'sums'
> & { fileHash: string }

/** A row that waits to become a payout. */
export type WaitingRow = { line: number; key: string; sealed: string | null; tries: number }
/** Without a payout and a refusal it is tried again, after `retryInMs`. */
export type RowOutcome = { line: number } & (
  | { payoutId: string; refused: null }
  | { payoutId: null; refused: RowRefusal }
  | { payoutId: null; refused: null; retryInMs: number }
)

/**
 * A batch in one worker's hands. Counts how often it was begun: the worker that began it last has it. `stumbles`: how often since anything
 * became of it.
 */
export type BatchInHand = Batch & { attempt: number; stumbles: number }

/**
 * Which rows: all, those with problems or refused, those that repeat another payment, those that name a new receiver, and those whose
 * payout was sent or ended otherwise before it could be cancelled.
 */
export type RowChoice = 'all' | 'wrong' | 'repeats' | 'new' | 'sent'

export type BatchStore = {
  /** The batches whose file has this hash under this or an earlier data key, the submitted one first. */
  findSubmitted: (fileHash: string) => Promise<Batch | null>
  /**
   * What is known about rows that came in, each in one statement: payouts by idempotency key with their sealed request hashes, receivers
   * by external id, and by line the latest payout of the last 24 hours to the same receiver over the same amount that didn't end unpaid.
   */
  known: (keys: readonly string[]) => Promise<Map<string, { payoutId: string; requestHash: string }>>
  receivers: (externalIds: readonly string[]) => Promise<Map<string, Receiver>>
  repeats: (
    rows: readonly { line: number; receiver: string; amountMinor: bigint; currency: string }[],
  ) => Promise<Map<number, string>>
  /** Batch and rows in one transaction. Audited. */
  save: (batch: NewBatch, rows: readonly NewBatchRow[], actor: Actor) => Promise<void>
  find: (id: string) => Promise<Batch | null>
  /** Newest first; `apiKeyOwnerId`: only what came through keys of this user's. */
  list: (
    filter: { apiKeyOwnerId?: string; state?: BatchState },
    page: { limit: number; before?: bigint },
  ) => Promise<{ rows: Batch[]; next: bigint | null }>
  /** In the order of their lines, those after `after`. */
  rows: (
    id: string,
    page: { limit: number; after?: number; which?: RowChoice },
  ) => Promise<{ rows: BatchRow[]; next: number | null }>
  /** Of its payouts, by status and currency. */
  progress: (id: string) => Promise<(BatchSum & { status: string })[]>
  /** Ids of its payouts that wait for approval, in the order of their lines. */
  waitingForApproval: (id: string, limit: number) => Promise<{ payoutIds: string[]; more: boolean }>
  /** Audited. `again`: it was submitted before. `taken`: another batch with the same file was. `over`: too late. */
  submit: (id: string, actor: Actor) => Promise<'submitted' | 'again' | 'taken' | 'over' | 'cancelled'>
  /** Audited. One that isn't submitted is over at once. `again`: it was cancelled before. */
  cancel: (id: string, actor: Actor & { kind: 'user' | 'api_key' }) => Promise<'cancelled' | 'again' | 'over'>
  /** The oldest that is submitted or cancelled and due, or was left behind; null: none is. */
  claim: (leaseMs: number) => Promise<BatchInHand | null>
  /** The next rows without a payout, but not those that are tried again later. */
  waiting: (batch: BatchInHand, limit: number) => Promise<WaitingRow[]>
  /**
   * Keeps what became of rows, and takes away what they asked for. `lost`: another worker has the batch by now, and nothing is kept.
   * `cancelled`: it is kept, and nothing more is to be made.
   */
  record: (
    batch: BatchInHand,
    outcomes: readonly RowOutcome[],
    leaseMs: number,
  ) => Promise<'kept' | 'lost' | 'cancelled'>
  /** Ends it if no row waits (true); otherwise it is due again when a row is. */
  finish: (batch: BatchInHand) => Promise<boolean>
  /** How many of its rows were refused because what they ask for can't be read. */
  unreadable: (id: string) => Promise<number>
  /** Payouts made for it that can still be cancelled or, while a worker sends them, perhaps again; by line, after `after`. */
  cancellable: (
    batch: BatchInHand,
    after: number,
    limit: number,
  ) => Promise<{ line: number; payoutId: string; isSending: boolean }[]>
  /** It is this worker's for so long; false: it is another one's. `moved`: something became of it. */
  hold: (batch: BatchInHand, leaseMs: number, moved: boolean) => Promise<boolean>
  /** Nothing is left to cancel. */
  endCancel: (batch: BatchInHand) => Promise<boolean>
  /** Ends batches that nobody submitted within `afterMs`, some at a time, and takes away what their rows asked for. */
  dropOld: (afterMs: number) => Promise<void>
}

/** What a person decides on a whole batch: exactly these payouts, as they were seen. Before `decidedAt` it is what they look at. */
export type BatchDecision = {
  id: string
  batchId: string
  kind: 'approve' | 'reject'
  /** Of a rejection, for the receivers. */
  reason: string | null
  byId: string
  byName: string
  /** `hashOfSet` of lib/services/approval/approve-many.ts, of the rows that are decided on. */
  setHash: string
  count: number
  sums: BatchSum[]
  madeAt: Date
  decidedAt: Date | null
  proof: string | null
  stoppedAt: Date | null
  endedAt: Date | null
}

/** `left_out`: it couldn't be decided on from the start. `excluded`: the person wanted it to wait. */
export type DecisionOutcome = 'done' | 'skipped' | 'left_out' | 'excluded'

export type DecisionRow = {
  line: number
  payoutId: string
  contentHash: string
  riskSeen: string | null
  riskLevel: RiskLevel | null
  /** Null: not carried out yet. */
  outcome: DecisionOutcome | null
  why: RowRefusal | null
}

/** A decision in one worker's hands, as `BatchInHand`. */
export type DecisionInHand = BatchDecision & { attempt: number; stumbles: number }

/** How many rows of a decision are where, at which risk. */
export type DecisionCount = { outcome: DecisionOutcome | null; riskLevel: RiskLevel | null; count: number }

/** All rows; those that are skipped or left out; those in which a check found something. */
export type DecisionRowChoice = 'all' | 'out' | 'risky'

export type BatchDecisionStore = {
  /** Payouts of the batch that wait for approval, by line, after `after`. */
  waiting: (
    batchId: string,
    after: number,
    limit: number,
  ) => Promise<{ line: number; payoutId: string; repeats: boolean; isNew: boolean }[]>
  /** How many of a batch wait for approval, and what they come to. */
  sumsWaiting: (batchId: string) => Promise<BatchSum[]>
  /** What somebody looks at; takes the place of what they looked at before. */
  draft: (
    decision: Omit<BatchDecision, 'madeAt' | 'decidedAt' | 'proof' | 'stoppedAt' | 'endedAt'>,
    rows: readonly DecisionRow[],
  ) => Promise<void>
  find: (id: string) => Promise<BatchDecision | null>
  /** Those that were decided, newest first; at most `limit`. */
  ofBatch: (batchId: string, limit: number) => Promise<BatchDecision[]>
  counts: (id: string) => Promise<DecisionCount[]>
  /** What is left to approve, by where it is sent and its currency. */
  toApprove: (id: string) => Promise<{ endpointId: number; currency: string; amountMinor: bigint }[]>
  rows: (
    id: string,
    page: { which: DecisionRowChoice; after: number; limit: number },
  ) => Promise<{ rows: DecisionRow[]; next: number | null }>
  /** Audited. False: it was decided before. */
  decide: (decision: BatchDecision, proof: string, actor: Actor) => Promise<boolean>
  /** Audited. Nothing more of it is carried out. False: it is over. */
  stop: (decision: BatchDecision, actor: Actor) => Promise<boolean>
  /** The oldest that is due or was left behind, with what its person has approved since noted as done; null: none is. */
  claim: (leaseMs: number) => Promise<DecisionInHand | null>
  /** Of the rows that it is about: the next without an outcome, or all. */
  open: (id: string, after: number, limit: number) => Promise<DecisionRow[]>
  decidedOn: (id: string) => Promise<Pick<DecisionRow, 'payoutId' | 'contentHash' | 'riskSeen'>[]>
  /** False: another worker has it by now, or it was stopped. */
  record: (
    decision: DecisionInHand,
    outcomes: readonly Pick<DecisionRow, 'line' | 'outcome' | 'why'>[],
    leaseMs: number,
  ) => Promise<boolean>
  /** Ends it if no row is left. Audited. */
  finish: (decision: DecisionInHand, counts: readonly DecisionCount[]) => Promise<boolean>
  /** Takes away what nobody decided on within `afterMs`, some at a time. */
  dropDrafts: (afterMs: number) => Promise<void>
}
