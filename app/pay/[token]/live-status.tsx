'use client'
import { QueryClient, QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import type { ReactNode } from 'react'
import type { Arrival } from '#lib/payouts/arrival.ts'
import { usePush } from '#app/_ui/use-push.ts'
import type { StatusView } from '#lib/contract/payout.ts'
import { payoutStatuses } from '#lib/payouts/transitions.ts'
import type { OwnLinks } from '#lib/services/payout/own-links.ts'
import { situationOf } from './situation.ts'
import { LostTouch } from './lost-touch.tsx'
import { StatusSheet } from './status-sheet.tsx'

/** While the server tells of every change, polling is only the net below. */
const netMs = 30_000

type Props = {
  token: string
  initial: StatusView
  arrival: Arrival | null
  /** For its receiver, if they are signed in. */
  own: OwnLinks | null
  /** They don't want to go to the bank now. */
  later: boolean
  /** The way to go on with a phone. */
  phone: ReactNode
}

/** The server renders the first state; from then on the browser hears of changes, or polls, until it is over. */
export function LiveStatus(props: Props) {
  const [client] = useState(() => new QueryClient())
  return (
    <QueryClientProvider client={client}>
      <Asking {...props} />
    </QueryClientProvider>
  )
}

function Asking({ token, initial, arrival, own, later, phone }: Props) {
  const client = useQueryClient()
  const queryKey = ['payout-status', token]
  const known = client.getQueryState<StatusView>(queryKey)
  const isOver = (known?.data ?? initial).final || known?.error instanceof LinkEnded
  const isTold = usePush(
    isOver ? null : `/api/pay/${encodeURIComponent(token)}/events`,
    // In place of a request that is under way, whose answer may be older than the change.
    () => void client.refetchQueries({ queryKey }),
  )
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) => fetchStatus(token, initial, signal),
    initialData: initial,
    refetchInterval: ({ state }) => {
      if (state.data?.final || state.error instanceof LinkEnded) return false
      // That the form is asked for again is only in the worker's notes, of which nobody is told.
      return isTold && !state.data?.checkingForm ? netMs : initial.pollAfterMs
    },
    refetchOnWindowFocus: ({ state }) => state.data?.final !== true,
    refetchOnReconnect: ({ state }) => state.data?.final !== true,
    refetchOnMount: false,
    // The next poll is the retry; a phone without a network should say so, not wait silently.
    retry: false,
    networkMode: 'always',
  })
  const view = query.data
  const t = useTranslations('pay')
  return (
    <>
      <StatusSheet view={view} arrival={arrival} token={token} own={own} later={later} />
      {!view.final && phone}
      {query.error !== null && !view.final && (
        <LostTouch since={query.dataUpdatedAt} ended={query.error instanceof LinkEnded} />
      )}
      {/* Read out once per change: the whole sheet is too long. */}
      <p aria-live="polite" className="sr-only">
        {t(`headline.${situationOf(view).headline}`)}
      </p>
    </>
  )
}

/** The link was revoked or is too old, so polling is pointless. */
class LinkEnded extends Error {}

async function fetchStatus(token: string, like: StatusView, signal: AbortSignal): Promise<StatusView> {
  const response = await fetch(`/api/pay/${encodeURIComponent(token)}/status`, { signal, cache: 'no-store' })
  if (response.status === 404) throw new LinkEnded('This link has ended.')
  if (!response.ok) throw new Error(`The portal answered ${response.status}.`)
  const answer: unknown = await response.json()
  if (!isView(answer, like)) throw new Error('The portal answered in a way that this page does not know.')
  return answer
}

/**
 * Has the answer everything that the page began with? A portal that was updated since may answer otherwise. The schema of the contract
 * would say more, and cost this page a tenth of its scripts.
 */
const isView = (answer: unknown, like: StatusView): answer is StatusView =>
  typeof answer === 'object' &&
  answer !== null &&
  Object.keys(like).every((key) => key in answer) &&
  'status' in answer &&
  (payoutStatuses as readonly unknown[]).includes(answer.status)
