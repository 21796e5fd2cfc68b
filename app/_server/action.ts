import 'server-only'
import { headers } from 'next/headers'
import { unstable_rethrow } from 'next/navigation'
import { isDatabaseAway } from '#lib/runtime/deps.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refusalAnswers, refuse, signedOutText } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps } from '#lib/services/ports.ts'
import { getDeps } from './deps.ts'
import { isOwnOrigin } from './origin.ts'
import { clientIp, currentActor } from './session.ts'

export type ActionContext = { deps: Deps; actor: Actor; ip: string | null }
/** A refusal with the words for the person. */
export type ToldRefusal = Refusal & { text: string }

/**
 * Runs a verb for the person who sent a form: only from a page of ours, and only when somebody is signed in (`stranger: true`
 * lifts that for signing in itself). The answer is the verb's own, a refusal with its words; a database that is away is one too.
 */
export async function act<Good extends { ok: true }>(
  run: (context: ActionContext) => Promise<Good | Refusal>,
  options: { stranger?: true } = {},
): Promise<Good | ToldRefusal> {
  try {
    const deps = await getDeps()
    if (!isOwnOrigin(await headers(), deps.config.appUrl)) return tell(refuse('forbidden'))
    const actor = await currentActor()
    if (actor.kind !== 'user' && !options.stranger) return tell(refuse('unauthorized'))
    const result = await run({ deps, actor, ip: await clientIp() })
    return result.ok ? result : tell(result)
  } catch (error) {
    unstable_rethrow(error)
    if (isDatabaseAway(error)) return tell(refuse('unavailable'))
    throw error
  }
}

const tell = (refusal: Refusal): ToldRefusal => ({
  ...refusal,
  text: [refusal.code === 'unauthorized' ? signedOutText : refusalAnswers[refusal.code].text, refusal.detail]
    .filter((part) => part !== undefined)
    .join(' '),
})
