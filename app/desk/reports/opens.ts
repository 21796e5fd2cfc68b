/** What a figure of a report opens in the list of payouts: exactly the payouts that it counts. A test counts both. */
import { pathOf } from '#app/desk/payouts/filter.ts'
import { byCardzo, groups } from './figures.ts'
import type { Age, Charted, Group } from './figures.ts'

type About = Pick<Charted, 'currency' | 'zone' | 'first' | 'today'>

const inPeriod = ({ currency, zone, first, today }: About) => ({ currency, zone, from: first, to: today })

export const opens = {
  day: ({ currency, zone }: About, day: string, group?: Group) =>
    pathOf({ currency, zone, from: day, to: day, ...(group && { statuses: groups[group] }) }),
  paid: (about: About) => pathOf({ ...inPeriod(about), statuses: ['paid'] }),
  /** What Cardzo ended, whichever way. */
  ended: (about: About) => pathOf({ ...inPeriod(about), statuses: byCardzo }),
  code: (about: About, code: string) =>
    pathOf({ ...inPeriod(about), statuses: byCardzo.filter((status) => status !== 'paid'), code }),
  bank: (about: About, bank: string) => pathOf({ ...inPeriod(about), statuses: byCardzo, bank }),
  approver: (about: About, id: string) => pathOf({ ...inPeriod(about), approver: id }),
  rule: (about: About, rule: string) => pathOf({ ...inPeriod(about), rule }),
  age: ({ currency, zone }: About, { first, last }: Pick<Age, 'first' | 'last'>) =>
    pathOf({ currency, zone, from: first ?? '', to: last, statuses: groups.open }),
}
