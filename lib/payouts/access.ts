/** How an admin changes who may do what, and which changes take two people. Pure. */
import type { ApiScope, Role } from './permissions.ts'
import type { ChatManner, TargetKind, WebhookEventType } from './webhook-events.ts'

/** `whose`: the account or key as pages and mails name it. */
export type AccessAct = { whose: string } & (
  | { kind: 'invite'; email: string; name: string; role: Role }
  | { kind: 'role'; role: Role }
  | { kind: 'reset_factor' }
  /** `sameAs` null: a separate person. */
  | { kind: 'person'; sameAs: string | null; sameAsName: string | null }
  | { kind: 'key'; scopes: readonly ApiScope[]; owner: string | null }
  /** A link to choose a password. */
  | { kind: 'link' }
  /** Where events are sent, and which; everything that a target gets. `chat`: null for a signed one. */
  | {
      kind: 'webhook'
      target: TargetKind
      addressSealed: string
      addressShown: string
      events: readonly WebhookEventType[]
      ownerId: string | null
      owner: string | null
      chat: ChatManner | null
    }
)

const powerfulRoles: readonly Role[] = ['approver', 'admin']
const powerfulScopes: readonly ApiScope[] = [
  'payouts:write',
  'payouts:retry',
  'grants:write',
  'receivers:write',
]

/** Could one person use it to move money? Then a second one must agree. The database's function of the same name decides. */
export function accessNeedsTwo(act: AccessAct): boolean {
  switch (act.kind) {
    case 'invite':
    case 'role':
      return powerfulRoles.includes(act.role)
    case 'key':
      return act.scopes.some((scope) => powerfulScopes.includes(scope))
    case 'reset_factor':
    case 'person':
    case 'webhook':
      return true
    case 'link':
      return false
  }
}
