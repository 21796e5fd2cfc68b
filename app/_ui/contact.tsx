'use client'
import { useTranslations } from 'next-intl'
import { createContext, use } from 'react'
import type { ReactNode } from 'react'
import type { ContactLink } from '#lib/payouts/brand.ts'

const Ways = createContext<readonly ContactLink[]>([])

/** The layout says once how to reach the merchant, so that pages that failed know it too. */
export function ContactKnown({ ways, children }: { ways: readonly ContactLink[]; children: ReactNode }) {
  return <Ways value={ways}>{children}</Ways>
}

/** How to contact the merchant, as links; nothing where no way is set. */
export function Contact({ className = '' }: { className?: string }) {
  const t = useTranslations('common')
  const ways = use(Ways)
  if (ways.length === 0) return null
  return (
    <div className={`text-[0.9375rem] leading-6 text-ink-2 ${className}`} data-contact>
      <p id="contact-us">{t('contactUs')}</p>
      <ul aria-labelledby="contact-us" className="flex flex-wrap gap-x-5">
        {ways.map(({ kind, href, text }) => (
          <li key={kind} className="min-w-0">
            <a href={href} rel="noreferrer" className="text-link inline-flex min-h-8 items-center break-all">
              <bdi>{text}</bdi>
            </a>
          </li>
        ))}
      </ul>
    </div>
  )
}
