import { useTranslations } from 'next-intl'
import { Fold } from '#app/_ui/fold.tsx'
import { Foreign, Sentence } from '#app/_ui/foreign.tsx'
import type { OpenItem } from '#lib/services/ports.ts'
import { itemWords } from './item-words.ts'

/** What is wrong and what to do; folded, the stored sentences with Cardzo's own words. */
export function ItemSays({ item }: { item: Pick<OpenItem, 'kind' | 'data' | 'what' | 'why'> }) {
  const { title, text } = itemWords(useTranslations('itemKinds'), item)
  return (
    <>
      <h3 className="mt-2 font-medium break-words">
        <Sentence text={title} />
      </h3>
      <p className="mt-0.5 max-w-4xl text-[0.9375rem] leading-6 break-words text-ink-2">
        <Sentence text={text} />
      </p>
      <ItemDetails item={item} />
    </>
  )
}

/** The stored sentences are English in every language. */
export function ItemDetails({ item: { what, why } }: { item: Pick<OpenItem, 'what' | 'why'> }) {
  const t = useTranslations('items')
  return (
    <Fold title={t('details')} quiet className="mt-1">
      <p lang="en" className="mt-1 max-w-4xl text-sm leading-6 break-words text-ink-2">
        <Foreign text={what} />
        <br />
        <Foreign text={why} />
      </p>
    </Fold>
  )
}
