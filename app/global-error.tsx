'use client'
import './globals.css'

/** When not even the frame of a page could be drawn. */
export default function GlobalError() {
  return (
    <html lang="en">
      <body className="bg-paper font-sans text-ink antialiased">
        <main className="mx-auto max-w-xl px-4 py-24">
          <title>Something went wrong</title>
          <h1 className="text-3xl font-semibold tracking-tight">Something went wrong here</h1>
          <p className="mt-3 text-lg leading-8 text-ink-2">Nothing was lost. Try again in a moment.</p>
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
