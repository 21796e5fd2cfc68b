/** Mails to receivers and staff. A line that ends with a colon is the label of the link below it. */
export const mail = {
  hello: 'Hello,',
  /** The phrase line of every mail to a receiver who chose one. */
  phrase: 'Your phrase: {phrase}',
  helloName: 'Hello {name},',
  /** At the foot of every mail; `ways` are addresses, a number, a link. */
  contact: 'Contact us: {ways}',
  /** To receivers, about one payout. */
  subject: {
    requested: 'We’ve received your request for {amount}',
    approved: 'Approved: {amount} is on its way soon',
    action_required: 'Confirm with your bank to receive {amount}',
    paid: 'We’ve sent you {amount}',
    declined: 'Your bank declined {amount}',
    filtered: 'Your payment of {amount} was blocked',
    failed: 'Your payment of {amount} failed',
    rejected: 'Your request for {amount} was declined',
    expired: 'Your request for {amount} expired',
  },
  says: {
    requested:
      'We’ve received your request, and no money has been sent yet. If you didn’t make this request, contact us now.',
    approved:
      'Your request is approved. We’ll send the money shortly, and email you again when it’s on its way. There’s nothing you need to do.',
    action_required: 'Your bank needs you to complete its form before we can pay you.',
    paid: 'We’ve sent the money to your account. Your bank may need a little time to show it.',
    declined:
      'No money was sent, because your bank declined the payment. Check your account details and try again, or ask your bank why.',
    filtered: 'No money was sent, because a security check stopped this payment. Please contact us.',
    failed:
      'No money was sent, because the payment couldn’t be completed. Please contact us, or try again later.',
    rejected: 'No money was sent, because our finance team declined your request.',
    expired:
      'No money was sent, because nobody reviewed your request in time. You can make the request again.',
    notSent: 'No money was sent.',
  },
  reason: 'Reason: {reason}',
  open: {
    details: 'View the payment:',
    confirm: 'View the payment and continue to your bank:',
  },
  facts: {
    amount: 'Amount: {amount}',
    account: 'Account: ending {last4}',
    reference: 'Reference: {reference}',
  },
  /** To staff. */
  approve: {
    subject: 'Waiting for approval: {amount}',
    text: '{amount} to {receiver} is waiting for your approval. The bank has confirmed that it can be paid.',
    open: 'Review it:',
  },
  digest: {
    subject: '{n, plural, one {# payout is} other {# payouts are}} waiting for approval',
    text: 'The bank has confirmed that these can be paid. They’re waiting for your approval:',
    line: '{amount} to {receiver}',
    more: 'and {n, plural, one {# more} other {# more}}',
    open: 'Review them:',
    lateSubject: '{n, plural, one {# payout is} other {# payouts are}} late',
    late: 'These are taking longer than usual:',
  },
  late: {
    subject: 'Late: {amount}',
    text: '{amount} to {receiver} has been in the status “{status}” since {at}. That is longer than usual.',
    decide: 'Nobody has decided on it. Approve it or reject it; otherwise it expires.',
    look: 'We keep trying. Its page says what happened last and what to do.',
    open: 'Open the payout:',
  },
  expires: {
    subject: 'Expires soon: {amount}',
    text: '{amount} to {receiver} expires at {at} unless somebody decides.',
  },
  /** To receivers, about their accounts. */
  added: {
    subject: 'A new account was added: was this you?',
    text: 'A new account was added for your payments: {account}.',
    waits:
      'If this was you, there’s nothing to do. We wait {hours, plural, one {# hour} other {# hours}} before we pay to it, so that nobody else can send your money there unnoticed.',
    ready: 'If this was you, there’s nothing to do.',
    freeze:
      'If it wasn’t you, freeze the account now. We’ll send nothing to it until we’ve checked it with you:',
    remove: 'You can also remove the account, and cancel what you didn’t request:',
  },
  released: {
    subject: 'Your new account can be used now',
    text: 'Our finance team has ended the waiting time of your new account: {account}. We send payments to it from now on.',
  },
  notYou:
    'If this wasn’t you, contact us at once: reply to this email, or use the phone number or address that you know from before.',
  account: {
    bankAndNumber: '{bank}, account ending {last4}',
    number: 'account ending {last4}',
    other: 'a new account',
  },
  addressChanged: {
    subject: 'Your email address was changed: was this right?',
    text: 'The address we use to write to you about your payouts was changed. From now on we write to the new one.',
    notRight:
      'If this isn’t right, contact us at once: use the phone number or address that you know from before.',
  },
  signIn: {
    subject: 'Your sign-in link',
    text: 'Open this page and press the button to sign in:',
    once: 'This link works once, within {minutes, plural, one {# minute} other {# minutes}}. If you didn’t ask for it, ignore this email.',
  },
  /** To one person, about their own account. */
  own: {
    tellAdministrator: 'If you didn’t expect this, tell an administrator at once.',
    passwordChanged: {
      subject: 'Your password was changed',
      text: 'The password of your account was changed on your account page. Every other session has ended.',
    },
    factorReplaced: {
      subject: 'Your second factor was replaced',
      text: 'Another authenticator was set up on your account page. Every other session has ended.',
    },
    reset: {
      subject: 'Your password and second factor were reset',
      text: '{by} has reset the password and second factor of your account. We’ve sent you another email with a link to choose new ones.',
    },
    wrongCodes: {
      subject: 'Someone has your password',
      text: 'Someone entered your password and then {n, plural, one {# wrong code} other {# wrong codes}}. They didn’t get in. If this wasn’t you, change your password now, on your account page.',
      from: 'They came from the address {ip}.',
    },
    addressChanged: {
      subject: 'The email address of your account was changed: was this you?',
      text: 'The email address of your account was changed, as requested. From now on we write to the new one.',
      notYou:
        'If this wasn’t you, contact us at once: use the phone number or address that you know from before.',
    },
  },
  /** From the first-run checklist, to the admin who pressed the button. */
  test: {
    subject: 'Test email from your payout portal',
    text: 'You asked for this email from the checklist of your new installation. If you can read it, emails reach you.',
    open: 'Back to the checklist:',
  },
  invited: {
    subject: 'You’re invited: choose a password',
    again: 'Choose a new password',
    by: '{by} has sent you this link.',
    open: 'Choose a password:',
    once: 'The link works once, within {hours, plural, one {# hour} other {# hours}}. It’s for you alone: don’t pass it on.',
  },
  /** To administrators: somebody proposed what another one must confirm. */
  proposed: {
    policy: {
      subject: 'A policy change is waiting for a second administrator',
      text: '{by} proposed version {version} of the policy.',
    },
    settings: {
      subject: 'A settings change is waiting for a second administrator',
      text: '{by} proposed a change of the settings.',
    },
    import: {
      subject: 'An import is waiting for a second administrator',
      text: '{by} proposed to import “{name}”, {rows, plural, one {# row} other {# rows}}.',
    },
    access: {
      subject: 'A change of access is waiting for a second administrator',
      alone: 'A change of access is about to take effect',
      elapsed: 'A change of access has taken effect',
      text: '{by} proposed: {change}.',
      waits: 'It takes effect when another administrator confirms it.',
      due: 'There is no other administrator to confirm it, so it takes effect on {at}, unless someone stops it. If you didn’t expect this, tell the operator of the server at once.',
      unstopped: 'Nobody stopped what {by} proposed, so it’s in effect now: {change}.',
    },
    decide: 'Confirm or reject it:',
    see: 'See the proposal:',
  },
  /** To administrators, about what the operator did at the command line, where nobody else is asked. */
  operator: {
    by: 'This was done at the command line, by {by}.',
    notExpected: 'If you didn’t expect this, find out at once who has access to the server.',
    account: {
      subject: 'New account: {whose}',
      text: '{whose} can sign in now as {role, select, receiver {a receiver} clerk {a clerk} approver {an approver} admin {an administrator} auditor {an auditor} other {{role}}}.',
    },
    password: { subject: 'A password was set', text: '{whose} has a new password.' },
    address: { subject: 'An email address was changed', text: '{whose} now gets mails at {email}.' },
    key: {
      subject: 'New API key: {name}',
      text: 'The API key {name} works now, without an owner: {scopes}.',
      owned: 'The API key {name} works now, owned by {owner}: {scopes}.',
    },
    settings: { subject: 'Settings were changed', text: 'Settings were changed. In force now:' },
  },
  keyExpires: {
    subject: 'The API key {name} expires soon',
    text: 'The API key {name} stops working on {at}. Create another one, put it where this one is used, then revoke this one.',
    open: 'See the API keys:',
  },
  webhookOff: {
    subject: 'Webhooks to {name} are switched off',
    failed: 'Nothing has arrived at {name} ({address}) for days, so we’ve stopped sending to it.',
    gone: 'The system {name} ({address}) answered that it wants no more events, so we’ve stopped sending to it.',
    then: 'What happens from now on isn’t sent there. Once it works, switch it on again. What was missed can be read through the API.',
    open: 'See its log:',
  },
  changed: {
    subject: 'Cardzo says something new about a payout of {amount}',
    text: 'This payout is over, and stays as it is: {status}. Cardzo now says “{said}” about its order. Find out where the money is; credit it again if it’s still owed to the receiver.',
    open: 'See the payout:',
  },
  escalated: {
    subject:
      '{n, plural, one {An open item is waiting} other {# open items are waiting}} and nobody has taken {n, plural, one {it} other {them}}',
    text: '{n, plural, one {This open item has} other {These open items have}} been waiting for a long time. Take {n, plural, one {it} other {them}}, or ask someone to.',
    open: 'See the open items:',
  },
} as const
