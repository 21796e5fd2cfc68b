/** What an event keeps of a request to Cardzo and its answer, as it can be shown. Pure; texts are redacted as they were stored. */

export type ShownExchange = {
  command: string
  url: string
  sent: string
  httpStatus: number | null
  answer: string | null
  durationMs: number | null
  error: string | null
  /** Did Cardzo accept our signature and address? Null: it gave no answer. */
  accepted: boolean | null
  /** Cardzo's own clock, as it wrote it. */
  gatewayDate: string | null
  /** How far that is from the event's time in whole seconds, if it is more than a few. */
  clockOffS: number | null
}

type Data = Readonly<Record<string, unknown>>

/** An answer is written down a moment after it came. */
const usualOffS = 5
/** 401 and 403: the signature or the address; 404: the endpoint. */
const lockedOut = [401, 403, 404]

/** Null: the event tells of no request. */
export function exchangeOf({ data, at }: { data: Data; at: Date }): ShownExchange | null {
  // A claim keeps the status request before it.
  const found = [data['exchange'], data['status']].find(isData)
  if (!found || typeof found['command'] !== 'string') return null
  const httpStatus = numberOr(found['httpStatus'])
  const gatewayDate = textOr(found['gatewayDate'])
  return {
    command: found['command'],
    url: textOr(found['url']) ?? '',
    sent: JSON.stringify(found['sent'] ?? {}, null, 2),
    httpStatus,
    answer: pretty(textOr(found['answer'])),
    durationMs: numberOr(found['durationMs']),
    error: textOr(found['error']),
    accepted: httpStatus === null ? null : !lockedOut.includes(httpStatus),
    gatewayDate,
    clockOffS: gatewayDate === null ? null : offS(gatewayDate, at),
  }
}

function offS(gatewayDate: string, at: Date): number | null {
  const seconds = Math.round(Math.abs(Date.parse(gatewayDate) - at.getTime()) / 1000)
  return Number.isNaN(seconds) || seconds <= usualOffS ? null : seconds
}

const isData = (value: unknown): value is Data => typeof value === 'object' && value !== null
const textOr = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const numberOr = (value: unknown): number | null => (typeof value === 'number' ? value : null)

/** Fields are kept as JSON on one line. */
function pretty(answer: string | null): string | null {
  if (answer === null || !answer.startsWith('{')) return answer
  try {
    return JSON.stringify(JSON.parse(answer), null, 2)
  } catch {
    // The beginning of a body that is no JSON.
    return answer
  }
}
