import { randomUUID } from 'node:crypto'
import { getTranslations } from 'next-intl/server'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { Card, Section } from '#app/_ui/card.tsx'
import { Fold } from '#app/_ui/fold.tsx'
import { NoteText } from '#app/desk/payouts/_history/note-text.tsx'
import type { DeskPayout } from '#lib/services/desk/show-desk-payout.ts'
import { ChangeNoteForm, WriteNoteForm } from './note-forms.tsx'

/** Where staff write notes, and for five minutes change their own. All notes are in the timeline. */
export async function Notes({ desk: { payout, notes }, userId }: { desk: DeskPayout; userId: string }) {
  const t = await getTranslations('history.notes')
  const own = notes.filter(({ authorId, changeable }) => authorId === userId && changeable)
  return (
    <Section id="notes" title={t('title')}>
      <Card>
        <BrowserWords areas={['history']}>
          {own.map((note) => (
            <div key={note.id} className="mb-5">
              <NoteText note={note} />
              <Fold title={t('change')} quiet>
                <div className="mt-3">
                  <ChangeNoteForm
                    payoutId={payout.id}
                    note={{ noteId: note.id, text: note.text, toReceiver: note.toReceiver }}
                  />
                </div>
              </Fold>
            </div>
          ))}
          <Fold title={t('write')}>
            <div id="write-note" className="mt-3">
              {/* A new id for each note, so that the form is empty again once one is written. */}
              <WriteNoteForm key={notes.length} payoutId={payout.id} noteId={randomUUID()} />
            </div>
          </Fold>
        </BrowserWords>
      </Card>
    </Section>
  )
}
