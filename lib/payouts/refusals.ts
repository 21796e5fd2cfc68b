/** Every expected "no", and what we tell people and machines about it. If you add a code, the compiler finds each gap. */

export const refusalAnswers = {
  unauthorized: {
    http: 401,
    text: 'You are not signed in, or the API key is not valid. Sign in again, or send a valid key.',
  },
  forbidden: { http: 403, text: 'You may not do this.' },
  own_request: {
    http: 403,
    text: 'You asked for this payout or changed its receiver yourself, or the person who made your account did. Somebody else must decide.',
  },
  one_hand: {
    http: 403,
    text: 'One person has lately made, invited or reset both accounts, so they count as one. Somebody independent must agree.',
  },
  access_waits: { http: 409, text: 'The same is proposed already and waits. Decide on that one first.' },
  access_decided: { http: 409, text: 'This was decided meanwhile. Reload to see how.' },
  not_found: { http: 404, text: 'This does not exist.' },
  invalid_request: { http: 400, text: 'Something in the request is not right. See the errors.' },
  idempotency_key_required: { http: 400, text: 'Send an Idempotency-Key header of 1 to 255 characters.' },
  idempotency_key_reused: {
    http: 422,
    text: 'This Idempotency-Key belongs to another request. Use a new key.',
  },
  form_reused: {
    http: 422,
    text: 'This form was already sent with other content. Open the first request or start again.',
  },
  receiver_mismatch: {
    http: 409,
    text: 'This receiver is already known with other data. Nothing was changed; see what differs.',
  },
  stale: {
    http: 409,
    text: 'This has changed since you opened the page. Look at it again before you decide.',
  },
  wrong_status: { http: 409, text: 'This payout has changed and moved on. Reload to see where it is.' },
  risk_changed: {
    http: 409,
    text: 'The risk checks find more now than when you opened the page. Look at them again before you decide.',
  },
  same_person: {
    http: 403,
    text: 'You proposed this yourself, or one person is behind your account and the one that did. Somebody else must confirm it.',
  },
  status_not_fresh: {
    http: 409,
    text: 'Cardzo has not answered a status request in the last five minutes. Ask Cardzo now, then look at its answer.',
  },
  cardzo_contradicts: {
    http: 409,
    text: "Cardzo's last answer, a callback or an open item says that money may have moved. Wait for the final status, or ask Cardzo's support.",
  },
  already_proposed: {
    http: 409,
    text: 'Somebody has already proposed how this ended. Look at that proposal first.',
  },
  note_fixed: {
    http: 409,
    text: 'A note can be changed for five minutes, by the person who wrote it. Write a new one.',
  },
  item_taken: {
    http: 409,
    text: 'Somebody else has this now, or it was closed meanwhile. Reload to see who.',
  },
  step_up_required: {
    http: 403,
    text: 'Enter the code that your authenticator app shows now.',
  },
  wrong_code: {
    http: 403,
    text: 'This code is not right. Enter the one that your authenticator app shows now.',
  },
  code_used: {
    http: 403,
    text: 'This code was used already. Wait for the next one, at most half a minute, and enter it.',
  },
  factor_not_set_up: {
    http: 403,
    text: 'You have no second factor yet. Set one up on your account page first.',
  },
  attempt_over: {
    http: 410,
    text: 'That took longer than five minutes, or was done already. Sign in again.',
  },
  invitation_over: {
    http: 410,
    text: 'This invitation was used or is too old. Ask an administrator for a new one.',
  },
  wrong_password: { http: 403, text: 'This is not your present password.' },
  own_account: {
    http: 403,
    text: 'You cannot change your own account here. Another administrator must.',
  },
  approved_by_another: { http: 409, text: 'Somebody else has approved this payout already.' },
  approved_by_you: {
    http: 409,
    text: 'You have approved this payout already. Somebody else must agree too.',
  },
  content_changed: {
    http: 409,
    text: 'This payout is no longer what was asked for. It cannot be approved; tell an admin.',
  },
  approver_limit: {
    http: 409,
    text: 'With this payout you would approve more today than you may. Somebody else must.',
  },
  note_required: {
    http: 400,
    text: 'The same was asked for within a day. Write why this one is right too.',
  },
  not_undoable: {
    http: 409,
    text: 'You have not approved this payout, or your approval was taken back already.',
  },
  limit_exceeded: { http: 422, text: 'That is more than may be asked for.' },
  insufficient_balance: { http: 409, text: 'That is more than is available.' },
  grant_reference_reused: {
    http: 422,
    text: 'This reference belongs to another grant. Use a new one.',
  },
  grant_file_wrong: {
    http: 422,
    text: 'Nothing was granted: something in the file is not right, or changed meanwhile. Upload it again to see what.',
  },
  already_reversed: { http: 409, text: 'This grant was taken back already.' },
  not_available: {
    http: 409,
    text: 'The receiver has asked for a part of it already, so it cannot be taken back as a whole.',
  },
  not_cooling_off: { http: 409, text: 'The cooling-off time of this destination is over already.' },
  proposal_waits: {
    http: 409,
    text: 'A change of the policy waits for a second admin already. Decide on that one first.',
  },
  proposal_decided: {
    http: 409,
    text: 'This change of the policy was decided meanwhile. Reload to see how.',
  },
  nothing_differs: { http: 400, text: 'This is the policy that is in force already.' },
  too_few_approvers: {
    http: 409,
    text: 'This policy asks for more approvers than there are, so such payouts could not be approved. Propose it anyway only if more approvers are about to come.',
  },
  amount_differs: {
    http: 409,
    text: 'Cardzo names another amount or currency than we do. This payout cannot be approved.',
  },
  reason_required: { http: 400, text: 'Write a reason. The receiver will read it.' },
  already_stopped: { http: 409, text: 'Payments are stopped already.' },
  stopped_it: { http: 403, text: 'You stopped payments, so another admin must release them.' },
  not_stopped: { http: 409, text: 'Payments are not stopped.' },
  not_asking_first: { http: 409, text: 'The portal is not asking first: there is nothing to end.' },
  payout_already_sent: { http: 409, text: 'The payment was already sent and cannot be cancelled.' },
  payout_final: { http: 409, text: 'This payout has already ended.' },
  unsupported_media_type: { http: 415, text: 'Send JSON with Content-Type: application/json.' },
  too_large: { http: 413, text: 'The request is too large.' },
  rate_limited: {
    http: 429,
    text: 'Too many attempts. Wait a minute and try again; if that does not help, ask an administrator.',
  },
  unavailable: { http: 503, text: 'We cannot do this right now. Nothing was lost; try again in a moment.' },
  wrong_credentials: { http: 401, text: 'E-mail or password is not right.' },
  link_used_up: { http: 410, text: 'This sign-in link was used or is too old. Ask for a new one.' },
  email_taken: { http: 409, text: 'Somebody with this e-mail already exists.' },
  weak_password: {
    http: 400,
    text: 'Choose a password of at least 12 characters that is not on the list of common ones.',
  },
} as const satisfies Record<string, { http: number; text: string }>

export type RefusalCode = keyof typeof refusalAnswers

/** What `unauthorized` means to a person who has just sent a form. */
export const signedOutText =
  'Your session has ended, so nothing was done. Sign in again, then send this once more. What you typed is kept.'

/** Refusals that ask for a fresh code of the second factor. */
export const stepUpRefusals = [
  'step_up_required',
  'wrong_code',
  'code_used',
  'factor_not_set_up',
] as const satisfies readonly RefusalCode[]

/** Refusals because something is no longer what the person saw. */
export const changedRefusals: readonly RefusalCode[] = [
  'stale',
  'wrong_status',
  'risk_changed',
  'approved_by_another',
  'content_changed',
  'item_taken',
  'proposal_decided',
  'already_proposed',
]

/** One thing that is wrong with the input, named by its path (`destination.account_number`). */
export type InputProblem = { path: string; message: string }

export type Refusal<Code extends RefusalCode = RefusalCode> = {
  ok: false
  code: Code
  errors?: InputProblem[]
  /** A payout to link to: the first request of a reused form. */
  payoutId?: string
  /** Added to the text: who, how much, until when. */
  detail?: string
}

export function refuse<Code extends RefusalCode>(
  code: Code,
  more: Pick<Refusal, 'errors' | 'payoutId' | 'detail'> = {},
): Refusal<Code> {
  return { ok: false, code, ...more }
}

/** A refusal as people read it: its words, then its detail. */
export const refusalText = ({ code, detail }: { code: RefusalCode; detail?: string | undefined }): string =>
  detail === undefined ? refusalAnswers[code].text : `${refusalAnswers[code].text} ${detail}`
