/** What each kind of open item means: what happened, what it means for the money, what to do. */
export const itemKinds = {
  check_unresolved: {
    title: 'Cardzo neither accepts nor refuses this payout',
    text: 'Nothing was paid. We sent it to be checked twice, and Cardzo still doesn’t know it. We keep looking. Ask Cardzo, or reject the payout.',
  },
  order_moved_without_us: {
    title: 'Cardzo moved this payout on, but we hadn’t sent the payment',
    text: 'Money may have moved. If this database was restored, we may have sent it before. Otherwise find out who else can pay with your keys.',
  },
  other_order_id: {
    title: 'Cardzo named another order for this payout: {order}',
    text: 'We never pay that order. Ask Cardzo what it is, and have it ended.',
  },
  amount_differs: {
    title: 'Cardzo has another amount or currency for this payout',
    named: 'Cardzo has another amount for this payout: {amount}',
    text: 'Ask Cardzo before you do anything else. Until its figure is right, nobody can approve the payout.',
    ended: 'Ask Cardzo what was paid, and settle the difference with the receiver.',
  },
  outcome_unknown: {
    title: 'We don’t know if this payout was paid',
    text: 'We won’t send it again. We keep asking Cardzo; ask its support too, with the order numbers. Two people can settle it with evidence.',
  },
  gateway_status_unknown: {
    title: 'Cardzo doesn’t know the state of this payout',
    text: 'We haven’t sent the payment, and won’t before Cardzo knows. We keep asking; ask Cardzo too.',
  },
  locked_out: {
    title: 'Cardzo doesn’t accept our requests',
    named: 'Cardzo doesn’t accept our requests at the endpoint {endpoint}',
    text: 'Nothing new is sent. Check the endpoint, the login and the keys. This closes by itself when a status request works again.',
  },
  unlisted_word: {
    title: 'Cardzo used a status we don’t know: {word}',
    text: 'We treat it as not final and keep asking. Ask Cardzo what it means.',
  },
  code_without_words: {
    title: 'Cardzo’s error code {code} has no words yet',
    text: 'Receivers read only that no money was sent. Write what the code means, for them and for staff, in the settings.',
  },
  destination_frozen: {
    title: 'A receiver has frozen an account',
    text: 'They say that somebody else may have added it. Nothing is sent to it until an approver releases it. Ask the receiver by another way than their email, then release the account or reject the payouts to it.',
  },
  redirect_refused: {
    title: 'The receiver can’t open the bank’s form',
    text: 'We don’t trust its address. If the address in the technical details is the bank’s, add its host to CARDZO_REDIRECT_HOSTS. If not, ask Cardzo.',
  },
  paid_after_end: {
    title: 'Cardzo says this payout was paid, but here it ended unpaid',
    text: 'Money has probably moved. Don’t pay anything in its place. The payout stays as it is: settle it with Cardzo and the receiver.',
  },
  callback_disagrees: {
    title: 'A callback and Cardzo’s status say different things',
    text: 'We follow the status. Ask Cardzo which of the two is right.',
  },
  callback_unmatched: {
    title: 'Callbacks about payouts that aren’t here',
    text: 'They’re signed with your key. Either another system uses the same keys, or this database was restored and has lost payouts. We keep the callbacks and match them if the payouts appear.',
  },
  other_operation: {
    title: 'Cardzo reports another operation on this payout, such as a reversal',
    text: 'Money may have come back or been taken back. The payout stays as it is: ask Cardzo what happened.',
  },
  final_contradicted: {
    title: 'Cardzo contradicts how this payout ended',
    text: 'Money may have moved, or may still move. The payout stays as it is and can’t be requested again while this is open. Ask Cardzo what happened to the money.',
  },
  form_not_filled: {
    title: 'The receiver hasn’t completed the bank’s form',
    text: 'The payout may still be paid. Remind the receiver, or ask Cardzo to end it.',
  },
  stuck: {
    title: 'This payout is taking too long',
    text: 'We keep trying. Its history says what happened last. If it’s approved and not sent, the notices on the desk may say why.',
    said: 'Cardzo last said {word}. We keep asking. Its history says what happened before.',
    approval: 'This payout has been waiting too long for approval',
    approvalText: 'Nobody has decided on it. Approve it or reject it; otherwise it expires.',
    replaced: 'Not sent, because the payout it replaces may have been paid',
    replacedText:
      'Review the open items of that payout. When they’re closed, this one is sent by itself. If the money has arrived, reject it.',
  },
  gateway_error: {
    title: 'Cardzo reports an error with this payout',
    text: 'Tell Cardzo’s account manager, with the order numbers. Their message is in the technical details.',
  },
  worker_failed: {
    title: 'Something went wrong with this payout on our side',
    text: 'We try again, every half minute at first, and this closes by itself when it works. The log has the details.',
  },
  mail_failed: {
    title: 'An email wasn’t sent',
    text: 'The technical details say whose it was and why it failed. Check the mail server, and tell the person yourself if it matters.',
  },
  approval_blocked: {
    title: 'Nobody is left who may approve this payout',
    text: 'Those who requested it, entered it or get the money may not approve it, or it’s above what one person may approve in a day. An administrator can make someone an approver or change the policy; an approver can reject it. Otherwise it expires.',
  },
  proposal_waits: {
    title: 'A change is waiting for a second administrator',
    policy: 'A policy change is waiting for a second administrator',
    settings: 'A change of the settings is waiting for a second administrator',
    moving: 'An import is waiting for a second administrator',
    keys: 'A new API key is waiting for a second administrator',
    webhooks: 'A webhook target is waiting for a second administrator',
    users: 'A change of someone’s access is waiting for a second administrator',
    text: 'Review the proposal, then confirm or decline it.',
    alone:
      'There’s no other administrator to confirm it, so it takes effect by itself unless someone stops it. If nobody expected it, decline it and tell the operator at once.',
  },
  key_expires: {
    title: 'An API key expires soon',
    named: 'The API key {name} expires soon',
    text: 'Create another one, use it in place of this one, then revoke this one.',
  },
  webhook_failed: {
    title: 'A webhook target was switched off',
    named: 'The webhook target {name} was switched off',
    text: 'It gets no more events. Mend it with the people who run it, then switch it on again on its page. They can read what they missed through the API.',
  },
  batch_stuck: {
    title: 'Part of a batch can’t be made into payouts',
    named: 'Part of the batch {name} can’t be made into payouts',
    text: 'The rest goes on. The technical details say which lines, and whether they’re tried again. Put lines that can’t be read into a new file, under the same keys.',
  },
  wrong_codes: {
    title: 'Someone has a password, but not the second factor',
    named: 'Someone has {name}’s password, but not the second factor',
    text: 'They didn’t get in, and we told the owner of the account by email. If it wasn’t the owner, have the password changed.',
  },
  content_changed: {
    title: 'This payout was changed after it was requested',
    text: 'Nothing is sent. Its amount, receiver or account in the database isn’t what was requested. Find out who changed it, and reject the payout.',
  },
  money_equation: {
    title: 'The money doesn’t add up',
    text: 'Pause payments until you know why. The technical details say what differs.',
  },
  destination_unreadable: {
    title: 'We can’t read the account details of this payout',
    text: 'Nothing is sent until we can. The technical details say why: most often a key is missing from DATA_KEYS.',
  },
  endpoint_missing: {
    title: 'This payout waits, because its endpoint can’t be used',
    text: 'Nothing is sent or asked by another endpoint. The technical details say why: most often a key is missing from DATA_KEYS, or the environment variables name another gateway.',
  },
  payout_lost: {
    title: 'Nobody was going to look at this payout again',
    text: 'We’ve put it back to work, so it goes on by itself. But this can’t happen unless somebody changes the database directly. Find out who did, and run history:verify.',
  },
  clock_differs: {
    title: 'A worker’s clock differs from the database’s',
    text: 'Payments are safe, because the database’s clock decides. Times on pages and one-time codes may be wrong. Set the clocks of both machines by NTP. This closes by itself.',
  },
  marker_unwritable: {
    title: 'A worker can’t write its marker, so it sends nothing',
    text: 'Payouts wait where they are. Check that the folder of MARKER_FILE, and SENT_MARKS_DIR if it’s set, exist, are writable and have room. This closes by itself.',
  },
  balance_low: {
    title: 'The balance at Cardzo is low',
    named: 'The balance at Cardzo is low: {currency}, {endpoint}',
    text: 'It’s below the mark that you set. Put money there. This closes by itself.',
    short:
      'It doesn’t cover what is approved and not sent. Put money there, or Cardzo may decline payouts. This closes by itself.',
  },
} as const
