/** The calls of /api/v1 about batches. */
import { batchListQuery, batchRowsQuery } from '#lib/contract/list-query.ts'
import { answer, header, needs, problemResponses, queryParameters, requestBody } from './pieces.ts'
import { apiProblems, codesOf } from './refused-by.ts'

export const checkBatch = {
  operationId: 'checkBatch',
  tags: ['Batches'],
  summary: 'Hand in many payouts, to be checked',
  description:
    'Each row is a payout request with a `key`, which names it for good: one key never makes two payouts. Nothing is paid or reserved until the batch is submitted. At most 10,000 rows and 5 MiB. The same rows again, once submitted, answer the same batch.',
  ...needs('payout.create_by_api'),
  requestBody: {
    ...requestBody('BatchRequest'),
    description: 'At most 5 MiB; otherwise as for a payout. What is wrong with a row is told of the row.',
  },
  responses: {
    200: answer('These very rows were submitted before: their batch.', 'Batch', {
      Location: header('Path of the batch.'),
    }),
    201: answer('Checked. What is wrong is told row by row.', 'Batch', {
      Location: header('Path of the batch.'),
    }),
    ...problemResponses(codesOf(apiProblems.checkBatch)),
  },
}

export const batches = {
  operationId: 'listBatches',
  tags: ['Batches'],
  summary: 'List batches, newest first',
  ...needs('payout.see_all'),
  parameters: queryParameters(batchListQuery),
  responses: {
    200: answer('One page, without what the payouts have come to.', 'BatchPage'),
    ...problemResponses(codesOf(apiProblems.batches)),
  },
}

export const batch = {
  operationId: 'showBatch',
  tags: ['Batches'],
  summary: 'Show a batch',
  ...needs('payout.see_all'),
  responses: {
    200: answer('The batch, and what its payouts have come to.', 'Batch'),
    ...problemResponses(codesOf(apiProblems.batch)),
  },
}

export const batchRows = {
  operationId: 'listBatchRows',
  tags: ['Batches'],
  summary: 'List the rows of a batch',
  description: 'In their order, each with its errors and, once it has one, its payout.',
  ...needs('payout.see_all'),
  parameters: queryParameters(batchRowsQuery),
  responses: {
    200: answer('One page; `nextCursor` is null on the last one.', 'BatchRowPage'),
    ...problemResponses(codesOf(apiProblems.batchRows)),
  },
}

export const submitBatch = {
  operationId: 'submitBatch',
  tags: ['Batches'],
  summary: 'Ask for the payouts of a batch',
  description:
    'A worker makes them; each is judged, approved and sent like any other. Also when repeated. Rows with errors are left out if `leaveOut` says how many there are.',
  ...needs('payout.create_by_api'),
  requestBody: requestBody('BatchSubmit'),
  responses: {
    200: answer('The batch; its state is `working`.', 'Batch'),
    ...problemResponses(codesOf(apiProblems.submitBatch)),
  },
}

export const cancelBatch = {
  operationId: 'cancelBatch',
  tags: ['Batches'],
  summary: 'Cancel a batch',
  description:
    'Before it is submitted, that is all. Afterwards a worker makes nothing more of it and cancels its payouts that are not sent yet; `cancelling` becomes `cancelled` when none is left. `rows=sent` then lists those that it came too late for. Also when repeated. A key cancels batches that came through keys of the same owner.',
  ...needs('payout.cancel_by_api'),
  responses: {
    200: answer('The batch; its state is `cancelling` or `cancelled`.', 'Batch'),
    ...problemResponses(codesOf(apiProblems.cancelBatch)),
  },
}
