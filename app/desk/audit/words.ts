import { roles } from '#lib/payouts/permissions.ts'
import { titleOf } from '#lib/payouts/text.ts'
import { audit as english } from '#lib/words/en/audit.ts'
import type { Words } from '#lib/words/words.ts'

const isKind = (kind: string): kind is keyof (typeof english)['kind'] => Object.hasOwn(english.kind, kind)
const isFact = (name: string): name is keyof (typeof english)['fact'] => Object.hasOwn(english.fact, name)

/** What was done. A kind of an earlier version, which has no words any more, is shown by its name. */
export const kindText = (t: Words<'audit'>, kind: string): string =>
  isKind(kind) ? t(`kind.${kind}`) : titleOf(kind)

/** "approvalsVoided" without words of its own reads "approvals voided". */
export const factText = (t: Words<'audit'>, name: string): string =>
  isFact(name) ? t(`fact.${name}`) : name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()

/** Roles by their names, other texts as they are, everything else as JSON. */
export function valueText(site: Words<'site'>, value: unknown): string {
  const role = roles.find((one) => one === value)
  if (role) return site(`role.${role}`)
  return typeof value === 'string' ? value : JSON.stringify(value)
}
