/** The calls of /api/v1 about receivers and their saved destinations. */
import { pageQuery } from '#lib/contract/list-query.ts'
import { answer, header, needs, problemResponses, queryParameters, requestBody } from './pieces.ts'
import { apiProblems, codesOf } from './refused-by.ts'

const page = 'One page; `nextCursor` is null on the last one.'
const tags = ['Receivers']

export const receivers = {
  operationId: 'listReceivers',
  tags,
  summary: 'List receivers, newest first',
  ...needs('receiver.read_by_api'),
  parameters: queryParameters(pageQuery),
  responses: {
    200: answer(page, 'ReceiverPage'),
    ...problemResponses(codesOf(apiProblems.receivers)),
  },
}

export const showReceiver = {
  operationId: 'showReceiver',
  tags,
  summary: 'Show a receiver',
  ...needs('receiver.read_by_api'),
  responses: {
    200: answer('What is known of them.', 'Receiver'),
    ...problemResponses(codesOf(apiProblems.showReceiver)),
  },
}

export const saveReceiver = {
  operationId: 'saveReceiver',
  tags,
  summary: 'Name a receiver, or change their language',
  description:
    'An unknown external id makes a receiver. Names and e-mail are taken while nothing is known; after that other ones are `receiver_mismatch`. The language may change at any time. The same again changes nothing, so it needs no idempotency key.',
  ...needs('receiver.write_by_api'),
  requestBody: requestBody('ReceiverRequest'),
  responses: {
    200: answer('Known before.', 'Receiver'),
    201: answer('New.', 'Receiver', { Location: header('Path of the receiver.') }),
    ...problemResponses(codesOf(apiProblems.saveReceiver)),
  },
}

export const destinations = {
  operationId: 'listDestinations',
  tags,
  summary: "List a receiver's saved destinations, newest first",
  description: 'Without disabled ones.',
  ...needs('receiver.read_by_api'),
  parameters: queryParameters(pageQuery),
  responses: {
    200: answer(page, 'DestinationPage'),
    ...problemResponses(codesOf(apiProblems.destinations)),
  },
}

export const addDestination = {
  operationId: 'addDestination',
  tags,
  summary: 'Save a destination for a receiver',
  description:
    'It cools off like one that the receiver adds, and they get a mail. The bank account is its name: the same one again is the same destination, and one that was disabled is back. So it needs no idempotency key.',
  ...needs('receiver.write_by_api'),
  requestBody: requestBody('DestinationRequest'),
  responses: {
    200: answer('Saved before.', 'Destination'),
    201: answer('Saved.', 'Destination', { Location: header('Path of the destination.') }),
    ...problemResponses(codesOf(apiProblems.addDestination)),
  },
}

export const showDestination = {
  operationId: 'showDestination',
  tags,
  summary: 'Show a saved destination',
  description: 'Also a disabled one.',
  ...needs('receiver.read_by_api'),
  responses: {
    200: answer('The destination as it is now.', 'Destination'),
    ...problemResponses(codesOf(apiProblems.showDestination)),
  },
}

export const disableDestination = {
  operationId: 'disableDestination',
  tags,
  summary: 'Disable a saved destination',
  description:
    'Nobody can choose it any more. Payouts that were made with it go on. Needs no body, and may be repeated.',
  ...needs('receiver.write_by_api'),
  responses: {
    200: answer('The destination, disabled.', 'Destination'),
    ...problemResponses(codesOf(apiProblems.disableDestination)),
  },
}
