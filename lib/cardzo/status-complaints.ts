import type { StatusQuery } from './status.ts'

type Complaint = { code: string | null; message: string | null }

/**
 * Sorts a failed status query. Cardzo publishes no list of codes or texts, so this reads the words, and when in doubt says "the query
 * failed": mistaking a complaint for "no such order" would let a second order be opened.
 *
 * 1. anything about control or signature is about our secrets, whatever else it says;
 * 2. `no_such_order` needs a whole clause that says of the order itself that it is not there, and neither an order (`knowsOrder`:
 *    an order id, a stage or a status came along) nor a word of a bank, a decline or trouble of the moment beside it;
 * 3. everything else is `query_error`.
 */
export function classifyStatusComplaint(
  { code, message }: Complaint,
  asked: StatusQuery,
  knowsOrder = false,
): 'no_such_order' | 'locked_out' | 'query_error' {
  const texts = [code, message].map((text) => normalise(text ?? '', asked))
  const all = texts.join(' ')
  if (/control|signature|oauth|checksum|\bsign(ed|ing)?\b/.test(all)) return 'locked_out'
  if (knowsOrder || outcome.test(all) || trouble.test(all)) return 'query_error'
  // We asked only for an order, so a bare "not found" can mean nothing else.
  if (texts.some(isBare) && texts.every((text) => isBare(text) || /^\d*$/.test(text))) return 'no_such_order'
  const clauses = texts.flatMap((text) => text.split(/[.:;!?\n|]/)).map((clause) => clause.trim())
  return clauses.some((clause) => orderNotThere.some((pattern) => pattern.test(clause)))
    ? 'no_such_order'
    : 'query_error'
}

const isBare = (text: string) => /^\W*(404)?\W*not found\W*$/.test(text)

/**
 * Lower case, without our own ids (an id may contain "login" or "declined"), quotes, brackets, underscores and hyphens as blanks, "n't"
 * written out, and the three names of the client's order id as "order", so that their "merchant" is not read as one.
 */
function normalise(text: string, { clientOrderId, orderId }: StatusQuery): string {
  const withoutIds = [clientOrderId, orderId]
    .filter((id): id is string => typeof id === 'string' && id.length > 0)
    .reduce((rest, id) => rest.replaceAll(id, ' # '), text)
  return withoutIds
    .toLowerCase()
    .replace(/\bcan(no|['’]?)t\b/g, 'can not')
    .replace(/n['’]?t\b(?<=\b(does|do|did|is|are|was|were|could|has)n['’]?t)/g, ' not')
    .replace(/[_\-=,'"`’“”«»()[\]{}<>]+/g, ' ')
    .replace(/\b(merchant|client|paynet|gateway) ?s? order(?: ?(?:id|number))?\b/g, 'order')
    .replace(/\b(for|of|by|at) (this|the|your|given) merchant\b/g, ' ')
    .replace(/\bnot found:/g, 'not found')
    .replace(/[^\S\n]+/g, ' ')
}

/** Cardzo writes declines in many words, and an order that was declined exists. */
const outcome =
  /declin|refus|reject|filter|fraud|block|den(y|ied|ial)|honou?r|issu(er|ing)|acquir|\bbank|account|\bcard|beneficiar|recipient|receiver|insufficient|funds|approved|\bpaid\b|process|cancel|revers|charge ?back|refund|expir|stolen|lost|restrict|suspend|sanction|\brisk|not (allowed|permitted)|forbid|already|duplicate/
const trouble =
  /\brate\b|too many|limit|temporar|later|again|internal|unavailable|time ?out|timed out|system|database|maintenance|busy|required|mandatory/

const noun = '(?:order|orderid|transaction|payout)s?'
const article = '(?:(?:the|an?|any|this|that|your|requested|given|specified|such) )*'
/** Which order: our ids, and the words that introduce them. Another number would be another order, and doesn't match. */
const which =
  '(?: (?:#|with|by|for|under|of|and|or|as|its|your|id|ids|number|order|orderid|client|merchant|the|this|that|these|given|specified|null|matching|having))*'
/** Where Cardzo looked for it. */
const where =
  '(?: (?:for|of|at|on|in|by|within|under) (?:the |this |your |given )*(?:merchant|login|end ?point(?: group)?|project|terminal|gateway)(?: id)?(?: \\S+)?)?'
const gone =
  '(?:(?:is|are|was|were|has been|have been|can|could|do|does|did) )?(?:not (?:be )?(?:found|known|exists?)|unknown|non ?existent)'
const orderNotThere = [
  `${article}${noun}${which}${where} ${gone}${which}${where}`,
  `(?:there (?:is|are|was|were) )?no (?:such )?${noun}(?: (?:was|were))?(?: (?:found|exists?|known))?${which}${where}(?: (?:was |were )?(?:found|exists?|known))?`,
  `(?:unknown|non ?existent) ${noun}${which}${where}`,
  // Issuers say "Invalid transaction". A wrong order id, though, has no order.
  `(?:invalid|wrong) (?:order|orderid)${which}`,
  `(?:we |the gateway )?(?:(?:can|could|did|does|do) not|unable to|failed to) (?:find|locate) ${article}${noun}${which}${where}`,
  `not found ${article}${noun}${which}`,
  'error parsing # as order(?: id)?(?: and(?: #| null)? as order(?: id)?)?',
].map((pattern) => new RegExp(`^(?:error )?${pattern}$`))
