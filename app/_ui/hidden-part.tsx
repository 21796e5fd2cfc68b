import type { ReactNode } from 'react'

/** The part of a text that only screen readers need, such as what a button is about: 'Close<of>: <item></item></of>'. */
export const hiddenPart = (part: ReactNode) => <span className="sr-only">{part}</span>
