import type { Metadata } from 'next'
import Link from 'next/link'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { BankAccount } from '#app/_ui/amount.tsx'
import { BackLink } from '#app/_ui/page/back-link.tsx'
import { Card, Empty, Page, PageTitle, Section } from '#app/_ui/card.tsx'
import { Fact, Facts } from '#app/_ui/facts.tsx'
import { Time } from '#app/_ui/time.tsx'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { releaseRefusals } from '#app/desk/destinations/release-refusals.ts'
import { showCoolingOff } from '#lib/services/destination/show-cooling-off.ts'
import type { CoolingOff } from '#lib/services/destination/show-cooling-off.ts'
import { ReleaseForm } from './release-form.tsx'

export const metadata: Metadata = { title: 'New account' }

type Props = { params: Promise<{ id: string }> }

export default async function CoolingOffDestinationPage({ params }: Props) {
  const actor = await requireActor('item.see')
  const { id } = await params
  const { destination } = shown(await showCoolingOff(await getDeps(), actor, id))
  return (
    <Page>
      <SendingNotices actor={actor} />
      <BackLink href="/desk/destinations">New accounts</BackLink>
      <PageTitle>New account</PageTitle>
      {destination ? (
        <Waiting destination={destination} />
      ) : (
        <Empty title="This account does not wait any more">
          <p>Its time is over, or somebody has released it. There is nothing to do.</p>
        </Empty>
      )}
    </Page>
  )
}

function Waiting({ destination }: { destination: CoolingOff }) {
  const { bankName, last4, receiverExternalId, createdByName, createdAt, usableFrom, refusal } = destination
  return (
    <>
      <Card>
        <Facts>
          <Fact name="Receiver's number" mono>
            <span className="select-all">
              <bdi>{receiverExternalId}</bdi>
            </span>
          </Fact>
          <Fact name="Account">
            <BankAccount bank={bankName} last4={last4} />
          </Fact>
          <Fact name="Added">
            <Time at={createdAt} seconds />
            <span className="block text-sm text-ink-2">
              by <bdi>{createdByName}</bdi>
            </span>
          </Fact>
          <Fact name="Can be used from">
            <Time at={usableFrom} seconds />
          </Fact>
          <Fact name="Its payouts">
            <Link
              href={`/desk/payouts?search=${encodeURIComponent(receiverExternalId)}`}
              prefetch={false}
              className="text-link"
            >
              All payouts of this receiver
            </Link>
          </Fact>
        </Facts>
      </Card>
      <Section id="release" title="Release it before its time">
        <Card>
          {refusal === null ? (
            <ReleaseForm id={destination.id} />
          ) : (
            <p className="text-[0.9375rem] leading-6 text-ink-2">{releaseRefusals[refusal]}</p>
          )}
        </Card>
      </Section>
    </>
  )
}
