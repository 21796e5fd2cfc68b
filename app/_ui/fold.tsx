import type { ReactNode } from 'react'
import { Icon } from './icons.tsx'

/** Content folded away until it is opened; works without scripts. */
export function Fold({
  title,
  open = false,
  quiet = false,
  className = '',
  children,
}: {
  title: ReactNode
  open?: boolean
  /** Small and close to its neighbours, for evidence below a line. */
  quiet?: boolean
  className?: string
  children: ReactNode
}) {
  const size = quiet
    ? 'min-h-6 gap-0.5 text-[0.8125rem] text-ink-3'
    : 'min-h-11 gap-1.5 text-[0.9375rem] text-ink-2 sm:min-h-9'
  return (
    <details className={`group min-w-0 ${className}`} open={open}>
      <summary className={`inline-flex items-center rounded-md hover:text-ink ${size}`}>
        <Icon
          name="chevron"
          className={`transition-transform group-open:rotate-90 ${quiet ? 'size-3' : 'size-3.5'}`}
        />
        <span>{title}</span>
      </summary>
      {children}
    </details>
  )
}
