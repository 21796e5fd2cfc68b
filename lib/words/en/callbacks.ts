/** The desk's inbox of callbacks. */
export const callbacks = {
  title: 'Callbacks',
  intro:
    'Every message Cardzo has sent us. A callback never changes a payout by itself: we ask Cardzo for the status, and that answer counts.',
  views: 'Show',
  all: 'All',
  look: 'Needs a look',
  changed: 'After the end',
  refused: 'Refused',
  missed: 'Missed',
  none: 'No callbacks here',
  noneText: 'Nothing has arrived that fits this view.',
  delivered: '{n, plural, one {Delivered once} other {Delivered # times}}',
  last: 'last <at></at>',
  verdict: {
    waits: 'Waiting to be compared',
    agrees: 'Agrees with Cardzo’s status',
    disagrees: 'Disagrees with Cardzo’s status',
    claimsMoney: 'Says paid, but the payout had ended unpaid',
    operation: 'About another operation on this order',
    otherOrder: 'About another order',
    unmatched: 'Matches no payout',
  },
  order: 'Order {order}, reference {reference}',
  open: 'Open the payout',
  replayHint: '“Ask Cardzo now” asks for the payout’s status once more. Nothing else happens.',
  fields: 'What it said',
  changedIntro:
    'What Cardzo says about payouts that are over: reversals, chargebacks, other results. It never changes a payout. Find out where the money is, and credit it again if it’s still owed.',
  changedTo: 'Cardzo now says <said></said>',
  refusedIntro:
    'The last 500 messages we refused. They changed nothing. Anyone can send such a message, so don’t trust what it says.',
  reason: {
    malformed: 'Unreadable',
    wrong_control: 'Wrong signature',
    shifted_ids: 'Signature of other ids',
  },
  from: 'from {network}',
  missedIntro:
    'Payouts that ended at Cardzo and whose callback never came, so we learned it by asking. Days in UTC, the newest 10,000 payouts.',
  day: 'Day',
  ended: 'Ended',
  neverCame: 'No callback',
  missedOf: 'Payouts of {day} without a callback',
  allCame: 'Every callback came.',
} as const
