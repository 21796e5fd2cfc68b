/** The address says what the desk shows, so that links can be kept and the browser's back button works. */
import type { QueueTab } from '#lib/services/ports.ts'

export const queueTabs = ['mine', 'others', 'all'] as const satisfies readonly QueueTab[]

/** Without `tab`, the role decides. `selected`: all rows start selected. */
export type DeskAddress = {
  tab?: QueueTab
  onlyMine: boolean
  onlyProposals?: true
  many: boolean
  selected: boolean
}

type Query = Record<string, string | string[] | undefined>

/** Ignores unknown words in the address. */
export function readAddress(query: Query): DeskAddress {
  const known = queueTabs.find((tab) => tab === query['tab'])
  return {
    ...(known && { tab: known }),
    onlyMine: query['items'] === 'mine',
    ...(query['items'] === 'proposals' && { onlyProposals: true as const }),
    many: query['rows'] === 'many',
    selected: query['select'] === 'all',
  }
}

export function deskPath({ tab, onlyMine, onlyProposals, many, selected }: DeskAddress): string {
  const query = new URLSearchParams()
  if (tab !== undefined) query.set('tab', tab)
  if (many) query.set('rows', 'many')
  if (selected) query.set('select', 'all')
  if (onlyMine) query.set('items', 'mine')
  if (onlyProposals) query.set('items', 'proposals')
  const text = query.toString()
  return text === '' ? '/desk' : `/desk?${text}`
}
