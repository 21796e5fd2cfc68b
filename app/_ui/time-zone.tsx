'use client'
import { createContext, use, useSyncExternalStore } from 'react'
import type { ReactNode } from 'react'

const Chosen = createContext<string | null>(null)

/** `chosen` is the zone that the person chose on their account page; null: their browser's. */
export function TimeZone({ chosen, children }: { chosen: string | null; children: ReactNode }) {
  return <Chosen value={chosen}>{children}</Chosen>
}

/** The zone to show times in. The server and a browser without scripts show UTC unless the person chose a zone. */
export function useZone(): string {
  const chosen = use(Chosen)
  const own = useSyncExternalStore(never, ownZone, () => 'UTC')
  return chosen ?? own
}

const never = () => () => undefined
const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone
