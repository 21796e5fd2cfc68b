import 'server-only'
import { cookies } from 'next/headers'
import { sessionCookie } from './session-options.ts'

/** The token of the session that asks. */
export async function sessionHere(): Promise<string> {
  const { name } = await sessionCookie()
  return (await cookies()).get(name)?.value ?? ''
}
