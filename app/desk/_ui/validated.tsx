import { Tag } from '#app/_ui/badge.tsx'
import { Time } from '#app/_ui/time.tsx'
import { getDeps } from '#app/_server/deps.ts'

/** "bank validated at 14:02 UTC", with a tag if that is old. */
export async function Validated({ at }: { at: Date | null }) {
  if (at === null) return <span className="text-ink-3">not validated yet</span>
  const { validationOldAfterMs } = (await getDeps()).config
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-1">
      <span>
        bank validated at <Time at={at} short />
      </span>
      {isOldValidation(at, validationOldAfterMs) && (
        <Tag look="bg-warn-soft text-warn" icon="clock" text="old" />
      )}
    </span>
  )
}

/** Only a hint for staff: before paying, a fresh status is asked in any case. */
function isOldValidation(validatedAt: Date, oldAfterMs: number): boolean {
  return Date.now() - validatedAt.getTime() > oldAfterMs
}
