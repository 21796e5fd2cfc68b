import type { Actor } from '#lib/payouts/permissions.ts'
import type { Deps } from '#lib/services/ports.ts'
import type { Locale } from '#lib/words/locales.ts'

/** Somebody chose the language of the pages. Whom we know, we write to in it as well. */
export async function chooseLanguage(
  deps: Pick<Deps, 'people'>,
  actor: Actor,
  input: { locale: Locale },
): Promise<void> {
  if (actor.kind === 'user') await deps.people.chooseLanguage(actor.id, input.locale)
}
