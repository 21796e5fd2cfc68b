import type { Deps } from '#lib/services/ports.ts'
import { digestOf } from './mails.ts'

/** Sends what was held for approvers, once it is due. Any number of workers may run it. */
export const sendDigests = (deps: Pick<Deps, 'mails' | 'config'>): Promise<number> =>
  deps.mails.sendDigests((held, locale) => digestOf(deps.config, held, locale))
