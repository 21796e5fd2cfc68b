/** What a new installation needs before it pays anyone: five lines, each done or not. */
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { currenciesWithoutTwo } from '#lib/payouts/policy.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Config, Deps, FirstRunFacts, FirstRunStore } from '#lib/services/ports.ts'

export type FirstRun = {
  /** `few`: fewer than two people. `no_factor`: not both have a second factor. `one_hand`: one of them lately let the other in. */
  admins: Line<'few' | 'no_factor' | 'one_hand'> & { pair: FirstRunFacts['pair'] }
  /** `lacks`: in these currencies no amount needs two. */
  policy: Line<'none' | 'lacks'> & { lacking: string[] }
  /**
   * `waits`: not sent yet. `refused`: the mail server said no so far. `unanswered`: sent, and no answer is known. `demo`: it is in the
   * demo mailbox.
   */
  mail: Line<'none' | 'waits' | 'refused' | 'unanswered' | 'demo'> & { mail: FirstRunFacts['mail'] }
  /** `refused`: what came was not proven to be Cardzo's, and anybody can send that. */
  callback: Line<'none' | 'refused'> & { refused: FirstRunFacts['refused']; url: string }
  backup: Line<'none'> & { by: string | null }
}

/** `since`: when it was done; null: it isn't, and `lacks` says why. */
type Line<Lack extends string> = { since: Date; lacks: null } | { since: null; lacks: Lack }

export const firstRunLines = [
  'admins',
  'policy',
  'mail',
  'callback',
  'backup',
] as const satisfies readonly (keyof FirstRun)[]

export const countDone = (list: FirstRun): number =>
  firstRunLines.filter((line) => list[line].since !== null).length

const isWhole = (list: FirstRun) => countDone(list) === firstRunLines.length

/** Judges what was found. Pure. */
export function judgeFirstRun(
  facts: FirstRunFacts,
  { appUrl, currencies, demoMailbox }: Pick<Config, 'appUrl' | 'currencies' | 'demoMailbox'>,
): FirstRun {
  const { pair, policy, mail, callbackAt, refused, backup } = facts
  const lacking = policy ? currenciesWithoutTwo(policy.body, currencies) : []
  return {
    admins: {
      ...(pair
        ? { since: pair.since, lacks: null }
        : {
            since: null,
            lacks: facts.admins < 2 ? 'few' : facts.readyAdmins < 2 ? 'no_factor' : 'one_hand',
          }),
      pair,
    },
    policy: {
      ...(!policy
        ? { since: null, lacks: 'none' }
        : lacking.length > 0
          ? { since: null, lacks: 'lacks' }
          : { since: policy.since, lacks: null }),
      lacking,
    },
    mail: { ...judgeMail(mail, demoMailbox), mail },
    callback: {
      ...(callbackAt
        ? { since: callbackAt, lacks: null }
        : { since: null, lacks: refused ? 'refused' : 'none' }),
      refused,
      url: `${appUrl}/api/cardzo/callback`,
    },
    backup: {
      ...(backup ? { since: backup.at, lacks: null } : { since: null, lacks: 'none' }),
      by: backup?.by ?? null,
    },
  }
}

function judgeMail(
  mail: FirstRunFacts['mail'],
  demoMailbox: boolean,
): Line<NonNullable<FirstRun['mail']['lacks']>> {
  if (mail?.acceptedAt) return { since: mail.acceptedAt, lacks: null }
  if (demoMailbox) return { since: null, lacks: 'demo' }
  if (!mail) return { since: null, lacks: 'none' }
  // A mail counts as sent before the mail server gets it (docs/decisions/0004-mails-at-most-once.md).
  if (mail.sentAt) return { since: null, lacks: 'unanswered' }
  return { since: null, lacks: mail.error === null ? 'waits' : 'refused' }
}

/** The whole list, for admins. */
export async function showFirstRun(
  deps: Deps,
  actor: Actor,
): Promise<{ ok: true; list: FirstRun } | Refusal<'forbidden'>> {
  if (!may(actor, 'settings.propose')) return refuse('forbidden')
  return { ok: true, list: judgeFirstRun(await deps.firstRun.facts(), deps.config) }
}

/** The stores whose list was whole once: this process doesn't ask again. */
const whole = new WeakSet<FirstRunStore>()

/**
 * For the desk: null once the list is whole, and for everybody but admins. Beside the demo mailbox there is none either: that portal
 * pays nobody, and its mails reach no server.
 */
export async function firstRunLeft(deps: Deps, actor: Actor): Promise<FirstRun | null> {
  if (!may(actor, 'settings.propose') || deps.config.demoMailbox || whole.has(deps.firstRun)) return null
  const list = judgeFirstRun(await deps.firstRun.facts(), deps.config)
  if (!isWhole(list)) return list
  whole.add(deps.firstRun)
  return null
}
