/** The words of error codes in the memory of a process, so that a page or an answer doesn't cost a question to the database. */
import type { Listener, Subscription } from '#lib/db/engine/listen.ts'
import type { ErrorCodeStore } from '#lib/services/ports.ts'

type Book = ErrorCodeStore['book']

/** `book`, from memory while `listener` hears the database say that codes change, which ends what is remembered. */
export function rememberCodes(book: Book, listener: Listener): Book {
  let changes: Subscription | undefined
  let kept: ReturnType<Book> | undefined
  const forget = () => {
    kept = undefined
  }
  return async () => {
    changes ??= listener.on('error_codes_changed', forget, forget)
    if (kept && changes.isHeard()) return kept
    const asked = book()
    // Before the answer is here: many ask at once after a change, and one question is enough.
    kept = asked
    asked.catch(() => {
      if (kept === asked) forget()
    })
    return asked
  }
}
