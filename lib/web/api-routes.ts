/**
 * Every address of /api/v1 and the file that answers it. A new resource adds its route files here and its calls in
 * app/_server/openapi/describe-api.ts; a test compares both with the folder app/api/v1.
 */
import * as other from '#app/api/v1/[[...path]]/route.ts'
import * as batch from '#app/api/v1/batches/[id]/route.ts'
import * as batchRows from '#app/api/v1/batches/[id]/rows/route.ts'
import * as batchCancel from '#app/api/v1/batches/[id]/cancel/route.ts'
import * as batchSubmit from '#app/api/v1/batches/[id]/submit/route.ts'
import * as batches from '#app/api/v1/batches/route.ts'
import * as events from '#app/api/v1/events/route.ts'
import * as grant from '#app/api/v1/grants/[id]/route.ts'
import * as grants from '#app/api/v1/grants/route.ts'
import * as openapi from '#app/api/v1/openapi.json/route.ts'
import * as cancel from '#app/api/v1/payouts/[id]/cancel/route.ts'
import * as retry from '#app/api/v1/payouts/[id]/retry/route.ts'
import * as payout from '#app/api/v1/payouts/[id]/route.ts'
import * as payouts from '#app/api/v1/payouts/route.ts'
import * as balances from '#app/api/v1/receivers/[externalId]/balances/route.ts'
import * as disable from '#app/api/v1/receivers/[externalId]/destinations/[id]/disable/route.ts'
import * as destination from '#app/api/v1/receivers/[externalId]/destinations/[id]/route.ts'
import * as destinations from '#app/api/v1/receivers/[externalId]/destinations/route.ts'
import * as receiver from '#app/api/v1/receivers/[externalId]/route.ts'
import * as receivers from '#app/api/v1/receivers/route.ts'
import type { RouteModule } from './route-module.ts'

/** The last one is for every other address. */
export const apiRoutes: Record<string, RouteModule> = {
  '/api/v1/payouts': payouts,
  '/api/v1/payouts/[id]': payout,
  '/api/v1/payouts/[id]/cancel': cancel,
  '/api/v1/payouts/[id]/retry': retry,
  '/api/v1/batches': batches,
  '/api/v1/batches/[id]': batch,
  '/api/v1/batches/[id]/rows': batchRows,
  '/api/v1/batches/[id]/submit': batchSubmit,
  '/api/v1/batches/[id]/cancel': batchCancel,
  '/api/v1/grants': grants,
  '/api/v1/grants/[id]': grant,
  '/api/v1/receivers': receivers,
  '/api/v1/receivers/[externalId]': receiver,
  '/api/v1/receivers/[externalId]/balances': balances,
  '/api/v1/receivers/[externalId]/destinations': destinations,
  '/api/v1/receivers/[externalId]/destinations/[id]': destination,
  '/api/v1/receivers/[externalId]/destinations/[id]/disable': disable,
  '/api/v1/events': events,
  '/api/v1/openapi.json': openapi,
  '/api/v1/[[...path]]': other,
}
