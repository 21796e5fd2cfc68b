/** Every expected “no”: what it means and what to do. One text per code of `lib/payouts/refusals.ts`; the API sends the English ones. */
export const refusals = {
  unauthorized: 'You’re not signed in, or the API key isn’t valid. Sign in again, or send a valid key.',
  sessionEnded:
    'Your session has ended, so nothing was done. Sign in again, then send this once more. We’ve kept what you typed.',
  forbidden: 'You don’t have permission to do this.',
  own_request:
    'You requested this payout or changed its receiver yourself, or the person who created your account did. Someone else must decide.',
  one_hand:
    'One person recently created, invited or reset both accounts, so they count as one. Someone independent must agree.',
  access_waits: 'The same change is already waiting for confirmation. Decide on that one first.',
  access_decided: 'This has already been decided. Reload to see how.',
  not_found: 'This doesn’t exist.',
  invalid_request: 'Something in the request isn’t right. See the errors.',
  idempotency_key_required: 'Send an Idempotency-Key header of 1 to 255 characters.',
  idempotency_key_reused: 'This Idempotency-Key belongs to another request. Use a new key.',
  form_reused: 'You’ve already submitted this form. View that request, or start a new one.',
  receiver_mismatch: 'This receiver is already known with other data. Nothing was changed; see what differs.',
  stale: 'This has changed since you opened the page. Review it again before you decide.',
  wrong_status: 'This payout has moved on. Reload to see where it is.',
  risk_changed:
    'The risk checks find more now than when you opened the page. Review them again before you decide.',
  same_person:
    'You proposed this yourself, or one person is behind your account and the one that did. Someone else must confirm it.',
  status_not_fresh:
    'Cardzo hasn’t answered a status request in the last five minutes. Ask Cardzo now, then check its answer.',
  cardzo_contradicts:
    'Cardzo’s last answer, a callback or an open item says that money may have moved. Wait for the final status, or ask Cardzo’s support.',
  already_proposed: 'Someone has already proposed how this ended. Review that proposal first.',
  note_fixed: 'You can change your own note for five minutes. Write a new one instead.',
  item_taken: 'Someone else has taken this, or it was closed. Reload to see who.',
  step_up_required: 'Enter the code your authenticator app shows now.',
  wrong_code: 'That code isn’t right. Enter the one your authenticator app shows now.',
  code_used: 'That code was already used. Wait for the next one, at most 30 seconds, and enter it.',
  factor_not_set_up: 'You have no second factor yet. Set one up on your account page first.',
  attempt_over: 'That took longer than five minutes, or was already done. Sign in again.',
  invitation_over: 'This invitation has expired or was already used. Ask an administrator for a new one.',
  wrong_password: 'That isn’t your current password.',
  own_account: 'You can’t change your own account here. Ask another administrator.',
  approved_by_another: 'Someone else has already approved this payout.',
  approved_by_you: 'You’ve already approved this payout. Someone else must agree too.',
  role_needed:
    'A rule asks that one approver has another role as well, and nobody who has it has approved yet.',
  content_changed:
    'This payout is no longer what was requested. It can’t be approved; tell an administrator.',
  approver_limit:
    'This payout would take you over your approval limit for today. Someone else must approve it.',
  note_required: 'The same payout was requested less than a day ago. Explain why this is not a duplicate.',
  not_undoable: 'You haven’t approved this payout, or you’ve already withdrawn your approval.',
  limit_exceeded: 'That is more than you can request.',
  insufficient_balance: 'That is more than is available.',
  grant_reference_reused: 'This reference belongs to another grant. Use a new one.',
  grant_file_wrong:
    'Nothing was granted: something in the file isn’t right, or has changed since. Upload it again to see what.',
  batch_wrong:
    'Nothing was submitted: rows have errors. Correct the file, or say that exactly these rows are left out.',
  batch_twice: 'This file was submitted already, in another batch.',
  import_decided: 'This import has already been decided. Reload to see how.',
  archive_off:
    'The settings keep the whole history in the database. Set after how many days it is archived first.',
  archive_missing: 'There is no archive of this month, in this folder and known to the database.',
  archive_order: 'An earlier month is still in the database. Drop that one first.',
  archive_broken:
    'Nothing was changed: the files or the history don’t verify. Run “history:verify” and “archive:verify” to see where.',
  batch_over: 'Nobody submitted this batch in time. Upload it again.',
  batch_cancelled: 'This batch was cancelled.',
  row_unreadable: 'We can’t read what this row asked for. Put it into a new file, under the same key.',
  already_reversed: 'This grant has already been taken back.',
  not_available: 'The receiver has already requested part of it, so it can’t be taken back as a whole.',
  not_cooling_off: 'The cooling-off period of this account is already over.',
  proposal_waits: 'A policy change is already waiting for a second administrator. Decide on that one first.',
  proposal_decided: 'This policy change has already been decided. Reload to see how.',
  settings_wait:
    'A change of the settings is already waiting for a second administrator. Decide on that one first.',
  settings_decided: 'This change has already been decided. Reload to see how.',
  settings_overtaken:
    'These settings were changed after this was proposed. Reject it, and propose what should change now.',
  not_erasable:
    'This receiver can’t be erased yet: a payout hasn’t ended or is in doubt, or there is money in the balance. Or they are erased already.',
  settings_same: 'Nothing would change: this is what’s set already.',
  nothing_differs: 'This is the policy already in force.',
  too_few_approvers:
    'This policy needs more approvers than there are, so such payouts couldn’t be approved. Propose it anyway only if more approvers are about to join.',
  role_lacking:
    'No approver has the role that a rule asks for, so such payouts couldn’t be approved. First give an approver a second account with that role, and link both.',
  amount_differs: 'Cardzo has another amount or currency than we do. This payout can’t be approved.',
  reason_required: 'Enter a reason. The receiver will see it.',
  already_stopped: 'Payments are already paused.',
  stopped_it: 'You paused payments, so another administrator must resume them.',
  not_stopped: 'Payments aren’t paused.',
  not_asking_first: 'We aren’t asking Cardzo first, so there’s nothing to end.',
  payout_already_sent: 'The payment has already been sent and can’t be cancelled.',
  payout_final: 'This payout has already ended.',
  unsupported_media_type: 'Send JSON with Content-Type: application/json.',
  too_large: 'The request is too large.',
  rate_limited: 'Too many attempts. Wait a minute and try again. If that doesn’t help, ask an administrator.',
  unavailable: 'We can’t do this right now. Nothing was lost; try again in a moment.',
  wrong_credentials: 'Wrong email or password.',
  link_used_up: 'This sign-in link has expired or was already used. Get a new one.',
  email_taken: 'Someone with this email already exists.',
  weak_password: 'Choose a password of at least 12 characters that isn’t a common one.',
  /** What some of them add: who, how much, until when. */
  detail: {
    accountUnreadable: 'The account details can’t be read. Tell an administrator.',
    typeAccount: 'Enter the account, or choose another one.',
    howYouKnow: 'Explain how you know that it’s right.',
    by: 'By {names}.',
    isNow: 'It is now: {status}.',
    usedToday: '{used} of {most} are used up today (UTC).',
    available: 'Available: {amount}.',
    availableNow: 'Available now: {now}; {later} more from {at}.',
    availableInParts: 'Available now: {now}; {later} more from {at}, the rest later.',
    mostPerPayout: 'At most {most} in one payout.',
    mostToday: 'At most {most} more today (UTC).',
    mostThisMonth: 'At most {most} more this month (UTC).',
    gave: 'It gave {amount} to {receiver}.',
    row: 'See the row with the reference {reference}.',
    roleNeeded: {
      admin: 'Someone must approve who is also an administrator.',
      clerk: 'Someone must approve who is also a clerk.',
      auditor: 'Someone must approve who is also an auditor.',
    },
    roleLacking:
      '“{rule}” asks that one approver is also {role, select, admin {an administrator} clerk {a clerk} auditor {an auditor} other {{role}}}.',
    approversLacking: 'Needed: {asked, number}. Able to approve now: {able, number}.',
  },
} as const
