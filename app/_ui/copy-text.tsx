'use client'
import { useTranslations } from 'next-intl'
import { useRef, useState, useSyncExternalStore } from 'react'
import { Button } from './button.tsx'
import { Icon } from './icons.tsx'

const never = () => () => undefined

/** A text to copy elsewhere. Without scripts, or where the browser forbids copying, people select it by hand. */
export function CopyText({
  id,
  label,
  text,
  rows,
}: {
  id: string
  label: string
  text: string
  rows: number
}) {
  const t = useTranslations('common.copy')
  const area = useRef<HTMLTextAreaElement>(null)
  const [told, setTold] = useState('')
  // The server renders no button that would do nothing.
  const hasScripts = useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
  const copy = async () => {
    area.current?.select()
    try {
      await navigator.clipboard.writeText(text)
      setTold(t('copied'))
    } catch {
      setTold(t('selected'))
    }
  }
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block text-[0.9375rem] font-medium">
        {label}
      </label>
      <textarea
        ref={area}
        id={id}
        readOnly
        dir="auto"
        rows={rows}
        value={text}
        className="block w-full rounded-lg border border-line-strong bg-sunken p-3 font-mono text-xs leading-5 text-ink"
      />
      <div className="mt-2 flex min-h-11 flex-wrap items-center gap-x-4">
        {hasScripts && (
          <Button type="button" look="secondary" onClick={() => void copy()}>
            <Icon name="copy" />
            {t('copy')}
          </Button>
        )}
        <span role="status" className="text-sm text-ink-2">
          {told}
        </span>
      </div>
    </div>
  )
}
