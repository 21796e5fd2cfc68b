/** The receiver's status page, its result, and the return from the bank. */
export const pay = {
  title: 'Payout status',
  yourPayoutOf: 'Your payout',
  details: 'Details',
  amount: 'Amount',
  toAccount: 'To account',
  requested: 'Requested',
  reference: 'Reference',
  reason: 'Reason',
  headline: {
    requested: 'We’ve received your request',
    checking: 'Your bank is checking the details',
    awaiting_approval: 'Waiting for approval',
    approved: 'Approved',
    paying: 'Sending your payment',
    action_required: 'Confirm with your bank',
    processing: 'Your payment is on its way',
    outcome_unknown: 'We’re checking with the bank',
    paid: 'Paid',
    declined: 'Your bank declined the payment',
    filtered: 'Your payment was blocked',
    failed: 'Your payment failed',
    rejected: 'Your request was declined',
    cancelled: 'Your request was cancelled',
    expired: 'Your request expired',
    checkingForm: 'We’re checking with your bank',
  },
  explanation: {
    requested: 'We’re asking your bank whether it can take this payment. There’s nothing you need to do.',
    checking: 'This usually takes a few seconds, sometimes a few minutes. There’s nothing you need to do.',
    awaiting_approval:
      'Your bank has confirmed the details. The finance team is now reviewing your request, and you’ll see their decision here.',
    approved: 'We’re about to send your payment. There’s nothing you need to do.',
    paying: 'We’re sending the payment to the bank now. There’s nothing you need to do.',
    action_required: 'Complete your bank’s form to receive the payment.',
    processing: 'Your bank is processing the payment. There’s nothing you need to do.',
    outcome_unknown:
      'We’re confirming this payment with the bank. Please don’t request it again; we’ll update this page as soon as we know.',
    paid: 'We’ve sent the money to your account. Your bank may need a little time to show it.',
    declined: 'No money was sent. Check your account details and try again, or ask your bank why.',
    filtered: 'A security check stopped this payment. No money was sent. Please contact us.',
    failed: 'Something went wrong and no money was sent. Please contact us, or try again later.',
    rejected: 'The finance team declined this request. No money was sent.',
    cancelled:
      'It was cancelled before it was sent, so no money moved. You can request it again at any time.',
    expired: 'Nobody reviewed this request in time, so no money was sent. You can request it again.',
    notSent: 'No money was sent.',
    checkingForm:
      'Welcome back. We’re confirming the result with your bank. If your bank still needs its form, the link will appear here again.',
    back: 'Welcome back. We’re confirming the result with your bank.',
    contactMerchant:
      'Your bank asked for a form, but we couldn’t verify the address it gave us. Please contact us; we’ve been notified.',
    paused:
      'Your payment is approved, but payments are paused right now. We’ll send it when they resume. There’s nothing you need to do.',
    frozen: 'Your payment is approved, but we won’t send it while its account is frozen.',
    held: 'Your payment is approved. We’ll send it once your new account is ready to use. There’s nothing you need to do.',
    silent:
      'The payment service isn’t responding right now. Your payout is safe and will continue on its own. There’s nothing you need to do.',
  },
  note: 'Message from us',
  turn: {
    title: 'Current step',
    now: 'now',
    you: 'With you',
    finance: 'With the finance team',
    cardzo: 'With your bank',
  },
  phone: {
    title: 'Continue on your phone',
    text: 'Scan this with your phone’s camera to open this page there.',
    qr: 'QR code of this page',
  },
  links: {
    back: 'My withdrawals',
    cancel: 'Cancel this withdrawal',
    again: 'Try again',
    other: 'Use another account',
    receipt: 'View receipt',
  },
  newAccount: {
    title: 'This account is new',
    text: 'To keep your money safe, we’ll send the payment no earlier than <at></at>. If you didn’t request this, contact us now.',
  },
  frozenAccount: {
    title: 'This account is frozen',
    text: 'You told us that somebody else may have added it. We won’t send the payment until we’ve checked it with you.',
  },
  payAt: 'We’ll send it no earlier than <at></at>. You can cancel until it’s sent.',
  sendAfter: 'We’ll send it at <at></at>. You can still cancel until then.',
  arrival: {
    usual: {
      minutes: 'Usually arrives within {n, plural, one {# minute} other {# minutes}} of the request.',
      hours: 'Usually arrives within {n, plural, one {# hour} other {# hours}} of the request.',
      days: 'Usually arrives within {n, plural, one {# day} other {# days}} of the request.',
    },
    nearlyAll: {
      minutes: 'Almost always within {n, plural, one {# minute} other {# minutes}}.',
      hours: 'Almost always within {n, plural, one {# hour} other {# hours}}.',
      days: 'Almost always within {n, plural, one {# day} other {# days}}.',
    },
  },
  bank: {
    lead: 'You’ll confirm this payment on your bank’s website:',
    website: 'Website',
    holder: 'Account holder',
    check: 'Not your account? Don’t continue, and contact us.',
    opens: 'Opens <host></host>',
    notNow: 'Not now',
    laterTitle: 'Your bank’s form is still waiting for you',
    laterText:
      'The money arrives once you’ve filled in the form, and your bank may not keep it open for long. If you don’t want this payout any more, contact us.',
    showAgain: 'Show the details again',
  },
  lost: {
    endedTitle: 'This link has expired',
    endedText: 'Open our latest email to you, or sign in to see your payout.',
    offlineTitle: 'Connection lost',
    offlineText:
      'Last updated {age} ago. We’re trying to reconnect. Your payout continues in the background.',
  },
  back: {
    title: 'You’re back',
    ended:
      'This link to your payout has expired. To see your payout, open our latest email to you or sign in.',
    away: 'We can’t show your payout right now. Nothing was lost. Reload this page in a moment, or open our latest email to you later.',
  },
} as const
