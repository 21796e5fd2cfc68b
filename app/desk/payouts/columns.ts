/** What a row of the list can show. Their words are in the catalogue under these ids. */
export const columnIds = [
  'created',
  'receiver',
  'account',
  'status',
  'turn',
  'age',
  'amount',
  'risk',
  'source',
  'id',
  'order',
  'client_order',
  'description',
  'code',
  'ended',
] as const
export type ColumnId = (typeof columnIds)[number]

export const usualColumns: readonly ColumnId[] = ['created', 'receiver', 'account', 'status', 'age', 'amount']
