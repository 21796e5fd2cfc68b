/** Every status in plain words, for the receiver and the desk. */
import type { PayoutStatus } from './transitions.ts'

export type Tone = 'neutral' | 'waiting' | 'attention' | 'good' | 'bad'

type Words = {
  /** The badge. */
  label: string
  /** Whose turn it is. */
  turn: 'you' | 'finance' | 'cardzo' | 'nobody'
  tone: Tone
  /** One line for the receiver. */
  headline: string
  /** What happens next, and what the receiver can do. */
  explanation: string
}

export const statusWords = {
  requested: {
    label: 'Requested',
    turn: 'cardzo',
    tone: 'waiting',
    headline: 'We have your request',
    explanation: 'Your bank is being asked whether it can take this payment. You do not have to do anything.',
  },
  checking: {
    label: 'Checking',
    turn: 'cardzo',
    tone: 'waiting',
    headline: 'Your bank is checking the details',
    explanation: 'This usually takes a few seconds, sometimes minutes. You do not have to do anything.',
  },
  awaiting_approval: {
    label: 'Awaiting approval',
    turn: 'finance',
    tone: 'waiting',
    headline: 'Waiting for approval',
    explanation:
      'Your bank has confirmed the details. Now the finance team looks at your request. This page shows what it decides.',
  },
  approved: {
    label: 'Approved',
    turn: 'cardzo',
    tone: 'waiting',
    headline: 'Approved',
    explanation: 'Your payment is about to be sent. You do not have to do anything.',
  },
  paying: {
    label: 'Sending',
    turn: 'cardzo',
    tone: 'waiting',
    headline: 'Your payment is being sent',
    explanation: 'The payment order is on its way. You do not have to do anything.',
  },
  action_required: {
    label: 'Action required',
    turn: 'you',
    tone: 'attention',
    headline: 'Your bank needs something from you',
    explanation:
      'Open the form of your bank and fill it in. The payment goes on as soon as you have done so.',
  },
  processing: {
    label: 'Processing',
    turn: 'cardzo',
    tone: 'waiting',
    headline: 'Your payment is on its way',
    explanation: 'Cardzo and your bank are working on it. You do not have to do anything.',
  },
  outcome_unknown: {
    label: 'Outcome unknown',
    turn: 'cardzo',
    tone: 'attention',
    headline: 'We are checking with the bank',
    explanation:
      'We do not know yet whether the payment went through, so we keep asking and people look at it. Nothing is lost; please do not ask for the same payment again.',
  },
  paid: {
    label: 'Paid',
    turn: 'nobody',
    tone: 'good',
    headline: 'Paid',
    explanation: 'The money was sent to your account. Your bank may need a little time to show it.',
  },
  declined: {
    label: 'Declined',
    turn: 'nobody',
    tone: 'bad',
    headline: 'Your bank declined the payment',
    explanation:
      'No money was sent. Check your account details and ask again, or ask your bank for the reason.',
  },
  filtered: {
    label: 'Filtered',
    turn: 'nobody',
    tone: 'bad',
    headline: 'The payment was stopped',
    explanation: 'A security check stopped the payment and no money was sent. Please contact the merchant.',
  },
  failed: {
    label: 'Failed',
    turn: 'nobody',
    tone: 'bad',
    headline: 'The payment did not work',
    explanation:
      'Something went wrong and no money was sent. The merchant has been told; please contact it, or ask again later.',
  },
  rejected: {
    label: 'Rejected',
    turn: 'nobody',
    tone: 'bad',
    headline: 'Your request was rejected',
    explanation:
      'The finance team did not approve this request. No money was sent. The reason is shown here.',
  },
  cancelled: {
    label: 'Cancelled',
    turn: 'nobody',
    tone: 'neutral',
    headline: 'The request was cancelled',
    explanation: 'It was withdrawn before it was sent. No money was moved. You can ask again at any time.',
  },
  expired: {
    label: 'Expired',
    turn: 'nobody',
    tone: 'neutral',
    headline: 'The request expired',
    explanation: 'Nobody decided in time, so no money was sent. You can ask again.',
  },
} as const satisfies Record<PayoutStatus, Words>

/** For the receiver, where the status alone is not enough. */
export const specialWords = {
  contactMerchant:
    'Your bank asks for a form, but the address it gave could not be trusted. Please contact the merchant; its staff already know.',
  checkingForm: {
    headline: 'We are checking with your bank',
    explanation:
      'Welcome back. We are asking Cardzo for the result. If your bank still needs its form, the link to it comes back here.',
  },
  paused:
    'Your payment is approved, but payments are paused at the moment. It is sent when they are resumed. You do not have to do anything.',
  held: 'Your payment is approved and waits until your new account may be used. You do not have to do anything.',
} as const

/** For the desk, wherever it would otherwise promise that an approved payout is about to leave. */
export const pausedOnDesk = 'Payments are paused: it is not sent before they are resumed.'
