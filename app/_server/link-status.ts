import 'server-only'
import { cache } from 'react'
import { showStatus } from '#lib/services/payout/show-status.ts'
import { getDeps } from './deps.ts'

/** What the holder of a link may see, read once in a request: the page asks for it, and so does the choice of its language. */
export const linkStatus = cache(async (token: string) => showStatus(await getDeps(), token))
