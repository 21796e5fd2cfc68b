import type { Brand } from '#lib/payouts/brand.ts'
import { shippedCodes } from '#lib/payouts/error-codes.ts'
import type { CodeWords } from '#lib/payouts/error-codes.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { textsOf } from '#lib/services/payout/failure-words.ts'
import { isSamePerson } from '#lib/services/people/same-person.ts'
import type { Deps, Settings, SettingsChange } from '#lib/services/ports.ts'

/** How many changes the page shows; older ones are in the audit trail. */
const changesShown = 20

export type ShownCode = {
  code: string
  /** What people read; null: only what is true of the status. */
  words: CodeWords | null
  /** Written by the merchant, not shipped. */
  own: boolean
}

export type ShownSettings = {
  settings: Settings
  codes: ShownCode[]
  /** As admins set it; its name may be null. */
  brand: Brand
  /** Waits for a second administrator. This person may confirm and reject it, or withdraw their own. */
  proposal: (SettingsChange & { mayDecide: boolean; mayWithdraw: boolean }) | null
  /** Decided ones, newest first. */
  changes: SettingsChange[]
  mayPropose: boolean
}

/** What is set, the words of error codes, the brand, and every change of these. */
export async function showSettings(
  deps: Deps,
  actor: Actor,
): Promise<({ ok: true } & ShownSettings) | Refusal<'forbidden'>> {
  if (!may(actor, 'settings.see')) return refuse('forbidden')
  const [settings, book, brand, latest] = await Promise.all([
    deps.settings.read(),
    deps.errorCodes.book(),
    deps.brand.read(),
    deps.settingsChanges.latest(changesShown),
  ])
  const waiting = latest.find(({ decision }) => decision === null)
  const manages = actor.kind === 'user' && may(actor, 'settings.propose')
  const own = waiting !== undefined && manages && (await isSamePerson(deps, actor.id, waiting.proposedById))
  const codes = [...new Set([...book.keys(), ...shippedCodes])].sort().map((code): ShownCode => {
    const [en, ru] = [textsOf(code, book, 'en'), textsOf(code, book, 'ru')]
    return { code, words: en && ru && { en, ru }, own: (book.get(code) ?? null) !== null }
  })
  return {
    ok: true,
    settings,
    codes,
    brand,
    proposal: waiting ? { ...waiting, mayDecide: manages && !own, mayWithdraw: manages && own } : null,
    changes: latest.filter(({ decision }) => decision !== null),
    mayPropose: manages && !waiting,
  }
}
