import { receiversName } from '#lib/payouts/receiver-name.ts'
import type { Actor } from '#lib/payouts/permissions.ts'

/** Who did it, as timeline and audit rows store it: with the name, so that it stays readable when the account is gone. Not a
 * receiver's: these rows are never changed, and what is known of a receiver may have to go. */
export function actorColumns(actor: Actor): { actorKind: string; actorId: string | null; actorName: string } {
  switch (actor.kind) {
    case 'user':
      return {
        ...{ actorKind: actor.kind, actorId: actor.id },
        actorName: actor.role === 'receiver' ? receiversName : actor.name,
      }
    case 'api_key':
      return { actorKind: actor.kind, actorId: actor.id, actorName: actor.name }
    case 'operator':
      return { actorKind: actor.kind, actorId: null, actorName: actor.name }
    case 'worker':
      return { actorKind: actor.kind, actorId: actor.id, actorName: 'Portal' }
    case 'cardzo':
      return { actorKind: actor.kind, actorId: null, actorName: 'Cardzo' }
    case 'stranger':
      return { actorKind: actor.kind, actorId: null, actorName: 'Holder of the link' }
  }
}
