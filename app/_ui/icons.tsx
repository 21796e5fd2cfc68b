/** Small line icons, 16 units wide, in the colour of the text. Never the only thing that carries a meaning. */
import type { ReactNode } from 'react'

const drawings = {
  dot: <circle cx="8" cy="8" r="3.5" />,
  clock: (
    <>
      <circle cx="8" cy="8" r="6.25" />
      <path d="M8 4.5V8l2.25 1.5" />
    </>
  ),
  copy: (
    <>
      <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
      <path d="M10.5 3.5v-.25a.75.75 0 0 0-.75-.75h-6.5a.75.75 0 0 0-.75.75v6.5c0 .41.34.75.75.75h.25" />
    </>
  ),
  check: (
    <>
      <circle cx="8" cy="8" r="6.25" />
      <path d="m5.25 8.25 1.9 1.9 3.6-4" />
    </>
  ),
  cross: (
    <>
      <circle cx="8" cy="8" r="6.25" />
      <path d="m5.9 5.9 4.2 4.2m0-4.2-4.2 4.2" />
    </>
  ),
  alert: (
    <>
      <path d="M8 2.2 1.9 13.1h12.2L8 2.2Z" />
      <path d="M8 6.4v3.1m0 1.75v.1" />
    </>
  ),
  info: (
    <>
      <circle cx="8" cy="8" r="6.25" />
      <path d="M8 7.4v3.4m0-5.75v.1" />
    </>
  ),
  person: (
    <>
      <circle cx="8" cy="5.25" r="2.75" />
      <path d="M2.75 13.75c.5-2.75 2.5-4.25 5.25-4.25s4.75 1.5 5.25 4.25" />
    </>
  ),
  people: (
    <>
      <circle cx="6" cy="5.5" r="2.5" />
      <path d="M1.25 13.25c.4-2.5 2.2-3.75 4.75-3.75s4.35 1.25 4.75 3.75" />
      <path d="M10.75 3.3a2.5 2.5 0 0 1 0 4.4m1.1 2.2c1.6.45 2.6 1.6 2.9 3.35" />
    </>
  ),
  bank: (
    <>
      <path d="M2 6.25 8 2.5l6 3.75H2Z" />
      <path d="M3.75 6.5v5m2.85-5v5m2.8-5v5m2.85-5v5M2 13.5h12" />
    </>
  ),
  flask: (
    <>
      <path d="M6.25 2h3.5M7 2v4.25L3 13a.75.75 0 0 0 .65 1.1h8.7A.75.75 0 0 0 13 13L9 6.25V2" />
      <path d="M5 10h6" />
    </>
  ),
  arrow: <path d="M3 8h10m-4-4 4 4-4 4" />,
  back: <path d="M13 8H3m4-4L3 8l4 4" />,
  chevron: <path d="m6 3.5 4.5 4.5L6 12.5" />,
  download: <path d="M8 2.5v7.25m-3-3 3 3 3-3M2.75 13.25h10.5" />,
  search: (
    <>
      <circle cx="7" cy="7" r="4.5" />
      <path d="m10.5 10.5 3.25 3.25" />
    </>
  ),
  mail: (
    <>
      <rect x="1.75" y="3.25" width="12.5" height="9.5" rx="1.5" />
      <path d="m2.25 4.25 5.75 4.5 5.75-4.5" />
    </>
  ),
} as const satisfies Record<string, ReactNode>

export type IconName = keyof typeof drawings

export function Icon({ name, className = 'size-4' }: { name: IconName; className?: string }) {
  return (
    <svg
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      className={`shrink-0 ${className}`}
    >
      {drawings[name]}
    </svg>
  )
}

/** The product's logo. */
export function Mark({ className = 'size-7' }: { className?: string }) {
  return (
    <svg viewBox="0 0 28 28" aria-hidden="true" className={`shrink-0 ${className}`}>
      <rect width="28" height="28" rx="8" className="fill-accent" />
      <path
        d="M8 9.5h9.5M8 14h12m-3.5-3.75L20.25 14l-3.75 3.75M8 18.5h6"
        fill="none"
        strokeWidth="2"
        strokeLinecap="round"
        strokeLinejoin="round"
        className="stroke-accent-ink"
      />
    </svg>
  )
}
