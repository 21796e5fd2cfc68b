'use client'
import { usePathname } from 'next/navigation'
import { useEffect } from 'react'
import { restoreTyped } from './typed-text.ts'

/** On every page: what was typed before signing in again comes back. */
export function RestoreTyped() {
  const pathname = usePathname()
  useEffect(() => restoreTyped(pathname + window.location.search), [pathname])
  return null
}
