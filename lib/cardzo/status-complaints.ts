import type { StatusQuery } from './status.ts'

type Complaint = { code: string | null; message: string | null }

/**
 * Sorts a failed status query. Cardzo publishes no list of codes or texts, so this reads the words, and errs on the
 * side of "the query failed": taking a complaint for "no such order" would let a second order be opened.
 *
 * 1. anything about control or signature is about our secrets, whatever else it says;
 * 2. a sentence whose subject is an order that is not there is `no_such_order`;
 * 3. words about login, endpoint, rights, load or a missing parameter are `query_error`;
 * 4. what is left counts as `no_such_order` only for a `validation-error`, which speaks about what was asked, and only
 *    when it says anything at all.
 */
export function classifyStatusComplaint(
  type: 'validation-error' | 'error',
  { code, message }: Complaint,
  asked: StatusQuery,
): 'no_such_order' | 'control_error' | 'query_error' {
  const text = normalise(`${code ?? ''} ${message ?? ''}`, asked)
  if (/control|signature|oauth|checksum|\bsign(ed|ing)?\b/.test(text)) return 'control_error'
  if (missingOrder.some((pattern) => pattern.test(text))) return 'no_such_order'
  if (otherTrouble.test(text)) return 'query_error'
  return type === 'validation-error' && /[a-z]/.test(text) ? 'no_such_order' : 'query_error'
}

/**
 * Lower case, underscores and hyphens as blanks, our own ids taken out (an id may contain "login" or "control"), and the
 * three spellings of the client's order id shortened to "order", so that "merchant" in them accuses nobody.
 */
function normalise(text: string, { clientOrderId, orderId }: StatusQuery): string {
  const withoutIds = [clientOrderId, orderId]
    .filter((id): id is string => typeof id === 'string' && id.length > 0)
    .reduce((rest, id) => rest.replaceAll(id, ' # '), text)
  return withoutIds
    .toLowerCase()
    .replace(/[_-]+/g, ' ')
    .replace(/\b(merchant|client|paynet|gateway)'?s? ?order ?(id|number)?\b/g, 'order')
    .replace(/\b(for|of|by|at) (this|the|your|given) merchant\b/g, ' ')
    .replace(/\s+/g, ' ')
}

const notThere = String.raw`(not (be )?(found|exist|known)|(does|do|did) ?n[o']?t exist|(is|are) unknown|unknown$)`
// The order stands before the verdict ("order # not found"), and no login or endpoint stands between them as the thing missing.
const orderNotThere = String.raw`\b(order|orderid|transaction|payout)s?\b(?!.*\b(login|endpoint|end point|credential|merchant)s?\b.*${notThere}).*${notThere}`
const missingOrder = [
  new RegExp(orderNotThere),
  /\b(no|unknown|nonexistent|non existent|invalid|wrong) (such )?(order|orderid|transaction|payout)\b(?! ?(status|state|stage|type))/,
  /\b(can ?not|can't|could not|couldn't|unable to|failed to|did not|didn't) (find|locate) (an? |any |the )?(order|transaction|payout)/,
  /\bnot found:? (order|transaction|payout)\b/,
  /error parsing .*order/,
  // Only an order was asked for, so a bare "not found" can mean nothing else.
  /^\W*(404)?\W*not found\W*$/,
]
const otherTrouble =
  /login|credential|endpoint|end point|merchant|project|permission|denied|forbidden|not allowed|unauthori[sz]ed|required|mandatory|\brate\b|too many|limit|temporar|later|internal|unavailable|time ?out|system|database|maintenance|busy/
