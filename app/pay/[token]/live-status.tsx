'use client'
import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { statusViewSchema } from '#lib/contract/payout.ts'
import type { StatusView } from '#lib/contract/payout.ts'
import { LostTouch } from './lost-touch.tsx'
import { StatusSheet } from './status-sheet.tsx'

/** The server renders the first state; from then on the browser polls until it is over. */
export function LiveStatus(props: { token: string; initial: StatusView }) {
  const [client] = useState(() => new QueryClient())
  return (
    <QueryClientProvider client={client}>
      <Asking {...props} />
    </QueryClientProvider>
  )
}

function Asking({ token, initial }: { token: string; initial: StatusView }) {
  const query = useQuery({
    queryKey: ['payout-status', token],
    queryFn: ({ signal }) => fetchStatus(token, signal),
    initialData: initial,
    refetchInterval: ({ state }) =>
      state.data?.final || state.error instanceof LinkEnded ? false : initial.pollAfterMs,
    refetchOnWindowFocus: ({ state }) => state.data?.final !== true,
    refetchOnReconnect: ({ state }) => state.data?.final !== true,
    refetchOnMount: false,
    // The next poll is the retry; a phone without a network should say so, not wait silently.
    retry: false,
    networkMode: 'always',
  })
  const view = query.data
  return (
    <>
      <StatusSheet view={view} />
      {query.error !== null && !view.final && (
        <LostTouch since={query.dataUpdatedAt} ended={query.error instanceof LinkEnded} />
      )}
      {/* Read out once per change: the whole sheet is too long. */}
      <p aria-live="polite" className="sr-only">
        {view.headline}
      </p>
    </>
  )
}

/** The link was revoked or is too old, so polling is pointless. */
class LinkEnded extends Error {}

async function fetchStatus(token: string, signal: AbortSignal): Promise<StatusView> {
  const response = await fetch(`/api/pay/${encodeURIComponent(token)}/status`, { signal, cache: 'no-store' })
  if (response.status === 404) throw new LinkEnded('This link has ended.')
  if (!response.ok) throw new Error(`The portal answered ${response.status}.`)
  return statusViewSchema.parse(await response.json())
}
