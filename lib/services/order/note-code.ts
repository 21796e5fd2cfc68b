import { shippedCode } from '#lib/payouts/error-codes.ts'
import { isolated } from '#lib/payouts/text.ts'
import type { Deps } from '#lib/services/ports.ts'

/**
 * Cardzo ends a payout with this code. If it has no words and never came before, an open item asks for them: one per code, not per
 * payout. Before the payout's own change, so that a crash in between loses nothing.
 */
export async function noteCode(
  deps: Pick<Deps, 'errorCodes'>,
  code: string | null | undefined,
): Promise<void> {
  if (code == null || shippedCode(code) !== null) return
  if ((await deps.errorCodes.book()).has(code)) return
  await deps.errorCodes.note(code, {
    kind: 'code_without_words',
    severity: 'info',
    subject: code,
    said: code,
    what: `Cardzo’s code ${isolated(code)} has no words yet`,
    why: 'Receivers read only that no money was sent. Write what the code means, for them and for staff, in the settings.',
    data: { code, page: '/desk/settings' },
  })
}
