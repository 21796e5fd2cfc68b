import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { Section } from '#app/_ui/card.tsx'
import { FirstRunList } from '#app/desk/settings/first-run/list.tsx'
import { countDone, firstRunLines } from '#lib/services/desk/show-first-run.ts'
import type { Desk } from '#lib/services/desk/show-desk.ts'

/** The checklist of a new installation, above everything else until it is done. */
export function FirstRunNotice({ list }: { list: Desk['firstRun'] }) {
  const t = useTranslations('firstRun')
  if (list === null) return null
  return (
    <div className="mb-10">
      <Section
        id="first-run"
        title={t('title')}
        aside={t('count', { done: countDone(list), all: firstRunLines.length })}
      >
        <p className="mb-4 text-[0.9375rem] text-ink-2">
          {t.rich('onDesk', {
            link: (text) => (
              <Link href="/desk/settings/first-run" prefetch={false} className="text-link">
                {text}
              </Link>
            ),
          })}
        </p>
        <FirstRunList list={list} />
      </Section>
    </div>
  )
}
