import { writeFormAnswer } from '#lib/cardzo/testing.ts'

export type Answer = { readonly status: number; readonly contentType: string; readonly body: string }

export type AnswerFields = Readonly<Record<string, string>>

const jsonType = 'application/vnd.pay+json'

/**
 * Writes an answer in the format the request asked for. Form mode calls itself text/html, ends every value with byte 0x0A and
 * answers HTTP 200 even to a rejection. JSON mode answers 400 to a rejection or a decline; it writes the order id as a number in the
 * reply that opens the order, and as text elsewhere.
 */
export function writeAnswer(accept: string | undefined, fields: AnswerFields, isFirstReply = false): Answer {
  if (!accept?.toLowerCase().includes(jsonType)) {
    return { status: 200, contentType: 'text/html;charset=utf-8', body: writeFormAnswer(fields) }
  }
  const entries = Object.entries(fields).map(([name, value]) => {
    const isNumber = isFirstReply && name === 'paynet-order-id'
    return `${JSON.stringify(name)}:${isNumber ? value : JSON.stringify(value)}`
  })
  return { status: isTurnedDown(fields) ? 400 : 200, contentType: jsonType, body: `{${entries.join(',')}}` }
}

/** Several records of the same fields: one after the other in form mode, a list in JSON mode. How Cardzo does it is not known. */
export function writeRecords(accept: string | undefined, records: readonly AnswerFields[]): Answer {
  if (accept?.toLowerCase().includes(jsonType))
    return { status: 200, contentType: jsonType, body: JSON.stringify(records) }
  const body = records.map(writeFormAnswer).join('&')
  return { status: 200, contentType: 'text/html;charset=utf-8', body }
}

const isTurnedDown = (fields: AnswerFields) =>
  fields['type'] === 'validation-error' ||
  fields['type'] === 'error' ||
  ['declined', 'filtered', 'error'].includes(fields['status'] ?? '')
