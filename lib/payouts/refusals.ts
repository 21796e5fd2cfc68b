/** Every expected "no", and what we tell people and machines about it. Add a code and the compiler finds each gap. */

export const refusalAnswers = {
  unauthorized: {
    http: 401,
    text: 'You are not signed in, or the API key is not valid. Sign in again, or send a valid key.',
  },
  forbidden: { http: 403, text: 'You may not do this.' },
  own_request: { http: 403, text: 'You asked for this payout yourself, so somebody else must decide.' },
  not_found: { http: 404, text: 'This does not exist.' },
  invalid_request: { http: 400, text: 'Something in the request is not right. See the errors.' },
  idempotency_key_required: { http: 400, text: 'Send an Idempotency-Key header of 1 to 255 characters.' },
  idempotency_key_reused: {
    http: 422,
    text: 'This Idempotency-Key belongs to another request. Use a new key.',
  },
  form_reused: {
    http: 422,
    text: 'This form was already sent with other content. Open the first request or start anew.',
  },
  receiver_mismatch: {
    http: 409,
    text: 'This receiver is already known with other data. Nothing was changed.',
  },
  stale: { http: 409, text: 'Somebody changed this payout meanwhile. Look at it again before you decide.' },
  wrong_status: { http: 409, text: 'This payout has moved on. Reload to see where it is.' },
  same_person: {
    http: 403,
    text: 'You proposed this yourself, so somebody else must confirm it.',
  },
  status_not_fresh: {
    http: 409,
    text: 'Cardzo has not answered a status request in the last five minutes. Ask Cardzo now, then look at its answer.',
  },
  cardzo_contradicts: {
    http: 409,
    text: "Cardzo's last answer says otherwise. Wait for its final status, or ask its support.",
  },
  already_proposed: {
    http: 409,
    text: 'Somebody has already proposed how this ended. Look at that proposal first.',
  },
  item_taken: {
    http: 409,
    text: 'Somebody else has this now, or it was closed meanwhile. Reload to see who.',
  },
  amount_differs: {
    http: 409,
    text: 'Cardzo names another amount or currency than we do. This payout can not be approved.',
  },
  reason_required: { http: 400, text: 'Write a reason. The receiver will read it.' },
  already_stopped: { http: 409, text: 'Payments are stopped already.' },
  not_stopped: { http: 409, text: 'Payments are not stopped.' },
  not_asking_first: { http: 409, text: 'The portal is not asking first: there is nothing to end.' },
  payout_already_sent: { http: 409, text: 'The payment was already sent and can not be cancelled.' },
  payout_final: { http: 409, text: 'This payout has already ended.' },
  unsupported_media_type: { http: 415, text: 'Send JSON with Content-Type: application/json.' },
  too_large: { http: 413, text: 'The request is too large.' },
  rate_limited: { http: 429, text: 'Too many attempts. Wait a minute and try again.' },
  unavailable: { http: 503, text: 'We can not do this right now. Nothing was lost; try again in a moment.' },
  wrong_credentials: { http: 401, text: 'E-mail or password is not right.' },
  link_used_up: { http: 410, text: 'This sign-in link was used or is too old. Ask for a new one.' },
  email_taken: { http: 409, text: 'Somebody with this e-mail already exists.' },
  weak_password: { http: 400, text: 'Choose a password of at least 12 characters.' },
} as const satisfies Record<string, { http: number; text: string }>

export type RefusalCode = keyof typeof refusalAnswers

/** One thing that is wrong with the input, named by its path (`destination.account_number`). */
export type InputProblem = { path: string; message: string }

export type Refusal<Code extends RefusalCode = RefusalCode> = {
  ok: false
  code: Code
  errors?: InputProblem[]
  /** A payout to link to: the first request of a reused form. */
  payoutId?: string
}

export function refuse<Code extends RefusalCode>(
  code: Code,
  more: Pick<Refusal, 'errors' | 'payoutId'> = {},
): Refusal<Code> {
  return { ok: false, code, ...more }
}
