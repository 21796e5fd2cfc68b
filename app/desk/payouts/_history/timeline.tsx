import { Fold } from '#app/_ui/fold.tsx'
import { Foreign, Sentence } from '#app/_ui/foreign.tsx'
import { Time } from '#app/_ui/time.tsx'
import type { Progress, TimelineEvent } from '#lib/services/ports.ts'
import { repeatsOf } from '#lib/services/order/repeats.ts'
import { describeEvent, describeStep } from './event-words.ts'

/** Everything that happened, oldest first, with who did it and when, and the evidence folded below. */
export function Timeline({ events, said }: { events: readonly TimelineEvent[]; said: Progress['said'] }) {
  const repeats = repeatsOf(events, said)
  return (
    <ol className="relative ml-1.5 border-l border-line">
      {events.map((event) => (
        <Happened key={String(event.id)} event={event} repeat={repeats.get(event.id)} />
      ))}
    </ol>
  )
}

function Happened({
  event,
  repeat,
}: {
  event: TimelineEvent
  repeat: { times: number; at: Date } | undefined
}) {
  const step = describeStep(event)
  return (
    <li className="relative pb-5 pl-6 last:pb-0">
      <span
        aria-hidden="true"
        className={`absolute top-1.5 -left-[5px] size-[9px] rounded-full ring-4 ring-surface ${step ? 'bg-accent' : 'bg-line-strong'}`}
      />
      <p className="text-[0.9375rem] leading-6 break-words">
        <Sentence text={describeEvent(event)} />
      </p>
      <div className="flex flex-wrap items-baseline gap-x-3 text-[0.8125rem] leading-5 text-ink-3">
        <p>
          <Time at={event.at} seconds /> · <bdi>{actorText(event)}</bdi>
          <span>{step && <span className="text-ink-2"> · {step}</span>}</span>
        </p>
        {repeat && (
          <p>
            Said {repeat.times} times, last <Time at={repeat.at} seconds />
          </p>
        )}
        {Object.keys(event.data).length > 0 && <Evidence data={event.data} />}
      </div>
    </li>
  )
}

/** What was sent and what came back, redacted as it was stored. */
function Evidence({ data }: { data: TimelineEvent['data'] }) {
  return (
    <Fold title="Evidence" quiet className="open:w-full">
      <pre
        tabIndex={0}
        aria-label="Evidence"
        className="mt-1 overflow-x-auto rounded-lg bg-sunken p-3 font-mono text-xs leading-5"
      >
        <Foreign text={JSON.stringify(data, null, 2)} />
      </pre>
    </Fold>
  )
}

const kinds = {
  user: 'person',
  api_key: 'API key',
  operator: 'operator at the server',
  worker: 'portal',
  cardzo: 'Cardzo',
  stranger: 'holder of the link',
} as const satisfies Record<TimelineEvent['actorKind'], string>

function actorText({ actorKind, actorName }: TimelineEvent): string {
  if (actorKind === 'user') return actorName
  return actorKind === 'api_key' || actorKind === 'operator'
    ? `${actorName} (${kinds[actorKind]})`
    : kinds[actorKind]
}
