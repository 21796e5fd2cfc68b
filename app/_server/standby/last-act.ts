import 'server-only'
import { cookies } from 'next/headers'
import { lastActCookie } from '#app/_server/session-options.ts'
import { placeOfAct } from '#lib/runtime/standby/standby.ts'

/** Notes in the person's browser that they have done something, so that the next page shows it to them. Without a standby nothing. */
export async function noteAct(): Promise<void> {
  const noted = await placeOfAct()
  if (noted === null) return
  const { name, options } = await lastActCookie()
  ;(await cookies()).set(name, noted.place, { ...options, maxAge: Math.ceil(noted.countsMs / 1_000) })
}
