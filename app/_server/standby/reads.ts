import 'server-only'
import { cookies } from 'next/headers'
import { lastActCookie } from '#app/_server/session-options.ts'
import { openForPage } from '#lib/runtime/standby/standby.ts'
import type { OpenReads } from '#lib/services/standby/ports.ts'

/** Where this page or file may be read. What the person has just done is there. */
export async function openReads(): Promise<OpenReads> {
  const { name } = await lastActCookie()
  return openForPage((await cookies()).get(name)?.value ?? null)
}
