import 'server-only'
import { headers } from 'next/headers'
import { forbidden, redirect } from 'next/navigation'
import { getServerSession } from 'next-auth/next'
import { cache } from 'react'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor, Permission } from '#lib/payouts/permissions.ts'
import { sessionOptions } from './session-options.ts'
import type { PortalSession } from './session-options.ts'

export type UserActor = Actor & { kind: 'user' }

/** Who is asking, read from the database in this very request; a `stranger` without a live session. Throws when the database is away. */
export const currentActor = cache(async (): Promise<Actor> => {
  const session = await getServerSession<Awaited<ReturnType<typeof sessionOptions>>, PortalSession>(
    await sessionOptions(),
  )
  return session?.actor ?? { kind: 'stranger' }
})

/** The signed-in person, if they may do this. Otherwise the page ends: strangers are sent to sign in and come back, others get a 403. */
export async function requireActor(permission?: Permission): Promise<UserActor> {
  const actor = await currentActor()
  if (actor.kind !== 'user') {
    const path = (await headers()).get('x-portal-path') ?? '/'
    redirect(`/sign-in?next=${encodeURIComponent(path)}`)
  }
  if (permission !== undefined && !may(actor, permission)) forbidden()
  return actor
}

/** The person's address, as our own web server saw it. */
export async function clientIp(): Promise<string | null> {
  return (await headers()).get('x-client-ip')
}
