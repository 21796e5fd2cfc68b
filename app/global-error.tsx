'use client'
import { unstable_isUnrecognizedActionError as isOfAnotherVersion } from 'next/navigation'
import './globals.css'

/** When not even the layout could be rendered. */
export default function GlobalError({ error }: { error: unknown }) {
  const updated = isOfAnotherVersion(error)
  const heading = updated ? 'The portal was updated while this page was open' : 'Something went wrong here'
  const text = updated
    ? 'Nothing was sent, and nothing was changed. Load the page again and send it from there.'
    : 'Nothing was lost. Try again in a moment.'
  return (
    <html lang="en">
      <body className="bg-paper font-sans text-ink antialiased">
        <main className="mx-auto max-w-xl px-4 py-24">
          <title>{heading}</title>
          <h1 className="text-3xl font-semibold tracking-tight">{heading}</h1>
          <p className="mt-3 text-lg leading-8 text-ink-2">{text}</p>
          <p className="mt-8">
            <a href="/" className="text-link inline-flex min-h-11 items-center">
              Go to the start
            </a>
          </p>
        </main>
      </body>
    </html>
  )
}
