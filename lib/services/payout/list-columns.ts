/** What a row of the desk's list can show, on the screen and in files. Their words are in the catalogue under these ids. */
export const listColumns = [
  'created',
  'receiver',
  'account',
  'status',
  'turn',
  'age',
  'amount',
  'risk',
  'source',
  'approver',
  'id',
  'order',
  'client_order',
  'description',
  'code',
  'endpoint',
  'ended',
] as const
export type ListColumn = (typeof listColumns)[number]

export const usualColumns: readonly ListColumn[] = [
  'created',
  'receiver',
  'account',
  'status',
  'age',
  'amount',
]
