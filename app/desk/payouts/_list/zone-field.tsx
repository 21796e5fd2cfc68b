'use client'
import { useZone } from '#app/_ui/time-zone.tsx'

/** Whose days are counted: those of the address, else the reader's, which go into the address with the form. */
export function ZoneField({ zone, text }: { zone: string; text: string }) {
  const own = useZone()
  return (
    <div className="text-sm text-ink-2">
      <span className="mb-1 block">{text}</span>
      <input type="hidden" name="zone" value={zone || own} />
      <span className="flex min-h-11 items-center text-base text-ink" data-zone>
        {zone || own}
      </span>
    </div>
  )
}
