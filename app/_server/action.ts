import 'server-only'
import { headers } from 'next/headers'
import { unstable_rethrow } from 'next/navigation'
import { isDatabaseAway } from '#lib/runtime/deps.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps } from '#lib/services/ports.ts'
import { problemText } from '#lib/words/problem-text.ts'
import { refusalText } from '#lib/words/refusal-text.ts'
import { wordsFor } from '#lib/words/words.ts'
import { getDeps } from './deps.ts'
import { localeHere } from './locale.ts'
import { isOwnOrigin } from './origin.ts'
import { clientIp, currentActor } from './session.ts'
import { noteAct } from './standby/last-act.ts'

export type ActionContext = { deps: Deps; actor: Actor; ip: string | null }
/** A refusal with the words for the person. */
type ToldRefusal = Omit<Refusal, 'errors'> & {
  text: string
  errors?: { path: string; message: string }[]
  /** What every form says (`FormWords` of app/_ui/form/form-state.ts). */
  form: { fixThese: string; missing: { code: string; reason: string } }
}

/**
 * Runs a verb for the person who sent a form, if it came from a page of ours and they are signed in (signing in itself passes
 * `stranger: true`). Answers what the verb answers, and gives a refusal its words; a database that is away is a refusal too.
 */
export async function act<Good extends { ok: true }>(
  run: (context: ActionContext) => Promise<Good | Refusal>,
  options: { stranger?: true } = {},
): Promise<Good | ToldRefusal> {
  try {
    const deps = await getDeps()
    if (!isOwnOrigin(await headers(), deps.config.appUrl)) return await tell(refuse('forbidden'))
    const actor = await currentActor()
    if (actor.kind !== 'user' && !options.stranger) return await tell(refuse('unauthorized'))
    const result = await run({ deps, actor, ip: await clientIp() })
    if (result.ok) {
      if (actor.kind === 'user') await noteAct()
      return result
    }
    await keepRefusal(deps, actor, result)
    return await tell(result)
  } catch (error) {
    unstable_rethrow(error)
    if (isDatabaseAway(error)) return await tell(refuse('unavailable'))
    throw error
  }
}

/** Refusals that are about who is asking, not about what they typed. */
const aboutWho: readonly Refusal['code'][] = ['forbidden', 'same_person', 'own_account']

/** Records that a member of staff tried what they may not do: the audit row is the act itself. Receivers are many, and have nothing to try. */
async function keepRefusal(deps: Deps, actor: Actor, { code }: Refusal): Promise<void> {
  if (actor.kind !== 'user' || actor.role === 'receiver' || !aboutWho.includes(code)) return
  const from = (await headers()).get('referer')
  const page = from !== null && URL.canParse(from) ? new URL(from).pathname.slice(0, 200) : null
  await deps.people.audit('act_refused', actor, null, { why: code, page })
}

async function tell(refusal: Refusal): Promise<ToldRefusal> {
  const locale = await localeHere()
  const isSessionOver = refusal.code === 'unauthorized'
  const text = isSessionOver ? wordsFor(locale, 'refusals')('sessionEnded') : refusalText(locale, refusal)
  const words = wordsFor(locale, 'common')
  const form = {
    fixThese: words('form.fixThese'),
    missing: { code: words('form.enterCode'), reason: words('form.enterReason') },
  }
  const { errors, ...rest } = refusal
  return {
    ...rest,
    ...(errors && {
      errors: errors.map((problem) => ({ path: problem.path, message: problemText(locale, problem) })),
    }),
    text,
    form,
  }
}
