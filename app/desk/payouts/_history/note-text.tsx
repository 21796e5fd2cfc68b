import { useTranslations } from 'next-intl'
import { Icon } from '#app/_ui/icons.tsx'
import { Time } from '#app/_ui/time.tsx'
import type { Note } from '#lib/services/ports.ts'

const looks = { internal: 'border-line-strong bg-sunken', toReceiver: 'border-accent bg-info-soft' } as const

/** A note as it is now. One to the receiver must never be taken for an internal one: other words, another colour, another icon. */
export function NoteText({ note }: { note: Note }) {
  const t = useTranslations('history')
  return (
    <figure
      className={`rounded-lg border-l-4 px-3 py-2 ${note.toReceiver ? looks.toReceiver : looks.internal}`}
    >
      <figcaption className="flex flex-wrap items-center gap-x-2 text-[0.8125rem] font-medium text-ink-2">
        {note.toReceiver && <Icon name="alert" className="size-3.5" />}
        <span>{note.toReceiver ? t('noteReceiver') : t('noteStaff')}</span>
        {note.changedAt !== null && (
          <span className="font-normal text-ink-3">
            {t.rich('noteChanged', {
              at: () => <Time at={note.changedAt ?? note.writtenAt} short seconds />,
            })}
          </span>
        )}
      </figcaption>
      <blockquote className="text-[0.9375rem] leading-6 break-words whitespace-pre-line">
        <bdi>{note.text}</bdi>
      </blockquote>
    </figure>
  )
}
