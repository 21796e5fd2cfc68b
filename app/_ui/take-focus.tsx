'use client'
import { useEffect, useRef } from 'react'
import type { ReactNode } from 'react'

/**
 * What a press led to. Where the pressed button has gone, the focus comes here: screen readers read it out, and the Tab key goes on from it.
 * A focus that is elsewhere stays there.
 */
export function TakeFocus({ className, children }: { className: string; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (document.activeElement === document.body) box.current?.focus({ preventScroll: true })
  }, [])
  return (
    <div ref={box} tabIndex={-1} className={`rounded-xl ${className}`}>
      {children}
    </div>
  )
}
