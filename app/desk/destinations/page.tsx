import type { Metadata } from 'next'
import Link from 'next/link'
import { DoneAlert } from '#app/_ui/alert.tsx'
import { BankAccount } from '#app/_ui/amount.tsx'
import { Empty, Page, PageTitle } from '#app/_ui/card.tsx'
import { Age, Time } from '#app/_ui/time.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { listCoolingOff } from '#lib/services/destination/show-cooling-off.ts'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'

export const metadata: Metadata = { title: 'New accounts' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

/** New destinations that are cooling off before their first payment. */
export default async function CoolingOffPage({ searchParams }: Props) {
  const actor = await requireActor('item.see')
  const { released, mailed } = await searchParams
  const { destinations } = shown(await listCoolingOff(await getDeps(), actor))
  return (
    <Page wide>
      <SendingNotices actor={actor} />
      <PageTitle lead="Receivers have added these. Nothing is sent to them before their time, unless an approver has made sure that they are right.">
        New accounts
      </PageTitle>
      {typeof released === 'string' && !destinations.some(({ id }) => id === released) && (
        <DoneAlert title="This account does not wait any more">
          <p>
            <span>Payouts to it go on. </span>
            <span>
              {mailed === 'yes'
                ? 'The receiver is told by mail.'
                : 'No mail is sent to this receiver: tell them yourself.'}
            </span>
          </p>
        </DoneAlert>
      )}
      {destinations.length === 0 ? (
        <Empty title="No account is waiting">
          <p>
            When a receiver enters an account that was never paid before, it is here until it may be used.
          </p>
        </Empty>
      ) : (
        <ul className="divide-y divide-line overflow-hidden rounded-2xl border border-line bg-surface">
          {destinations.map((one) => (
            <li
              key={one.id}
              className="relative grid gap-x-6 gap-y-1 px-4 py-3.5 transition-colors focus-within:bg-sunken hover:bg-sunken sm:grid-cols-[1fr_auto] sm:items-center sm:px-5"
            >
              <div className="min-w-0">
                <Link
                  href={`/desk/destinations/${one.id}`}
                  prefetch={false}
                  className="block truncate font-medium after:absolute after:inset-0"
                >
                  <bdi>{one.receiverExternalId}</bdi>
                </Link>
                <p className="text-sm text-ink-2">
                  <BankAccount bank={one.bankName} last4={one.last4} /> · added by{' '}
                  <bdi>{one.createdByName}</bdi> <Age at={one.createdAt} /> ago
                </p>
              </div>
              <p className="text-sm text-ink-2 sm:text-right">
                until <Time at={one.usableFrom} />
                <span className="block text-ink-3">{waitingText(one.waiting)}</span>
              </p>
            </li>
          ))}
        </ul>
      )}
    </Page>
  )
}

function waitingText(waiting: number): string {
  if (waiting === 0) return 'no payout waits for it'
  return waiting === 1 ? '1 payout waits for it' : `${waiting} payouts wait for it`
}
