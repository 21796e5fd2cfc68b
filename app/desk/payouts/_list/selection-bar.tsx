'use client'
import { useLocale, useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { Button } from '#app/_ui/button.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import { moneyText } from '#lib/words/money.ts'

/** The form that the boxes of the rows belong to, wherever they are. */
export const selectionForm = 'selection'

type Chosen = { count: number; sums: string[] }

const boxes = () => [...document.querySelectorAll<HTMLInputElement>(`input[form=${selectionForm}][name=p]`)]

function read(): Chosen {
  const sums = new Map<string, bigint>()
  const chosen = boxes().filter(({ checked }) => checked)
  for (const { dataset } of chosen) {
    const { currency = '', minor = '0' } = dataset
    sums.set(currency, (sums.get(currency) ?? 0n) + BigInt(minor))
  }
  return {
    count: chosen.length,
    sums: [...sums].sort().map(([currency, minor]) => displayAmount(minor, currency)),
  }
}

/**
 * Leads the chosen payouts to their review, where one code approves them. Stays in view while some are chosen and says what they come to;
 * unticking a row excludes it. Without scripts it stands below the list.
 */
export function SelectionBar() {
  const [t, locale] = [useTranslations('payouts'), useLocale()]
  const [{ count, sums }, setChosen] = useState<Chosen>({ count: 0, sums: [] })
  useEffect(() => {
    const look = (event: Event) => {
      if (event.target instanceof HTMLInputElement && event.target.name === 'p') setChosen(read())
    }
    document.addEventListener('change', look)
    return () => document.removeEventListener('change', look)
  }, [])
  const choose = (checked: boolean) => {
    for (const box of boxes()) box.checked = checked
    setChosen(read())
  }
  return (
    <form
      id={selectionForm}
      method="get"
      action="/desk/approve"
      className={`mt-4 flex flex-wrap items-center gap-x-5 gap-y-2 rounded-2xl border border-line bg-surface px-4 py-2 ${
        count > 0 ? 'stays-below' : ''
      }`}
    >
      <Button look={count > 0 ? 'primary' : 'secondary'}>{t('select.review')}</Button>
      <p role="status" className="text-[0.9375rem]">
        {count > 0 && (
          <>
            <span>{t('select.count', { n: count })}</span>{' '}
            <span className="font-medium">{sums.map((sum) => moneyText(locale, sum)).join(' · ')}</span>
          </>
        )}
      </p>
      <span className="ml-auto flex gap-4">
        <button type="button" onClick={() => choose(true)} className="text-link min-h-11">
          {t('select.all')}
        </button>
        {count > 0 && (
          <button type="button" onClick={() => choose(false)} className="text-link min-h-11">
            {t('select.none')}
          </button>
        )}
      </span>
    </form>
  )
}
