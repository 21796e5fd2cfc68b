/** What an admin proposed about who may do what, as people read it. */
import type { AccessAct } from '#lib/payouts/access.ts'
import type { Locale } from './locales.ts'
import { wordsFor } from './words.ts'

/** "Make Ana (ana@example.com) an approver". */
export function accessText(locale: Locale, act: AccessAct): string {
  const t = wordsFor(locale, 'users')
  const { whose } = act
  switch (act.kind) {
    case 'invite':
      return t('access.invite', { whose, role: act.role })
    case 'role':
      return t('access.role', { whose, role: act.role })
    case 'reset_factor':
      return t('access.resetFactor', { whose })
    case 'person':
      return act.sameAs === null
        ? t('access.ownPerson', { whose })
        : t('access.samePerson', { whose, other: act.sameAsName ?? t('access.otherAccount') })
    case 'key': {
      const scope = wordsFor(locale, 'keys')
      const scopes = act.scopes.map((one) => scope(`scope.${one}`)).join(', ')
      return act.owner === null
        ? t('access.key', { whose, scopes })
        : t('access.ownedKey', { whose, scopes, owner: act.owner })
    }
    case 'link':
      return t('access.link', { whose })
    case 'webhook': {
      const { target, addressShown: address, owner, events } = act
      const told = { whose, address, events: events.join(', ') }
      if (target === 'chat') return t('access.chat', told)
      return owner === null ? t('access.webhook', told) : t('access.ownedWebhook', { ...told, owner })
    }
  }
}
