import 'server-only'
import { cookies } from 'next/headers'
import { getEnv } from './deps.ts'

const name = 'portal-keys'

/** Are single-key shortcuts on in this browser? Yes, unless somebody has switched them off. */
export async function areKeysOn(): Promise<boolean> {
  return (await cookies()).get(name)?.value !== 'off'
}

/** For this browser, not for the account. Only a server action can set a cookie. */
export async function switchKeys(on: boolean): Promise<void> {
  const { appUrl } = await getEnv()
  const options = { httpOnly: true, sameSite: 'lax', path: '/', secure: appUrl.startsWith('https:') } as const
  const jar = await cookies()
  if (on) jar.delete(name)
  else jar.set(name, 'off', { ...options, maxAge: 365 * 86_400 })
}
