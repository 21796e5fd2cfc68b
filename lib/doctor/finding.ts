/** What a check says, and what checks work with. */
import type { Examined } from '#lib/db/engine/examine.ts'
import type { ExaminedEnv } from '#lib/runtime/examine-env.ts'

/** `look`: works, and somebody should look at it. `fault`: the deployment can't work like this, or isn't safe. */
export type Verdict = 'ok' | 'look' | 'fault' | 'not checked'

export type Finding = {
  check: string
  verdict: Verdict
  /** What was looked at, and what was seen there. */
  seen: string
  /** What to do, in one sentence; empty when there is nothing. Of what was not checked, why. */
  todo: string
}

export type World = ExaminedEnv & {
  /** Resolves with why the database can't be asked, if it can't. */
  database: Promise<Examined | string>
  webServers: number
  mailTo: string | undefined
}

/** A check never throws for what it was made to find. What it throws is shown as not checked. */
export type Check = { name: string; run: (world: World) => Promise<Finding[]> | Finding[] }

type Say = (seen: string, todo: string) => Finding

/** The four verdicts of one check. */
export function saying(check: string): { ok: (seen: string) => Finding; look: Say; fault: Say; not: Say } {
  const say =
    (verdict: Verdict): Say =>
    (seen, todo) => ({ check, verdict, seen, todo })
  return {
    ok: (seen) => say('ok')(seen, ''),
    look: say('look'),
    fault: say('fault'),
    not: say('not checked'),
  }
}

/** A check of the database: not done while it is away. */
export const ofDatabase = (
  name: string,
  judge: (examined: Examined, world: World) => Finding[] | Promise<Finding[]>,
): Check => ({
  name,
  async run(world) {
    const examined = await world.database
    return typeof examined === 'string'
      ? [saying(name).not('the database', 'The database could not be asked: see there.')]
      : judge(examined, world)
  },
})

export const noAddress = 'APP_URL is missing or no address.'

export const messageOf = (error: unknown): string => {
  const text = error instanceof Error ? error.message : String(error)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  // Attempts on several addresses are one error without a message.
  return text === '' ? code || 'no answer' : text
}
