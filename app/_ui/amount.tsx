/** "1,234.50 EUR", with the figure more prominent than its currency. */
export function Amount({ display, large = false }: { display: string; large?: boolean }) {
  const [figure, currency] = splitCurrency(display)
  return (
    <span className="whitespace-nowrap">
      <span className={large ? 'text-4xl font-semibold tracking-tight sm:text-5xl' : 'font-medium'}>
        {figure}
      </span>{' '}
      <span className={large ? 'ml-1 text-xl text-ink-3' : 'text-[0.8125rem] text-ink-3'}>{currency}</span>
    </span>
  )
}

function splitCurrency(display: string): [string, string] {
  const space = display.lastIndexOf(' ')
  return space < 0 ? [display, ''] : [display.slice(0, space), display.slice(space + 1)]
}

/** "Example Bank •••• 3000", without the bank if none is known. */
export function BankAccount({ bank, last4 }: { bank: string | null | undefined; last4: string | null }) {
  return (
    <>
      {bank && (
        <>
          <bdi>{bank}</bdi>{' '}
        </>
      )}
      <Account last4={last4} />
    </>
  )
}

/** "•••• 3000", read aloud as "ending in 3000". */
export function Account({ last4 }: { last4: string | null }) {
  if (last4 === null || last4 === '') return <span className="text-ink-3">not named</span>
  return (
    <span className="whitespace-nowrap">
      <span aria-hidden="true" className="tracking-widest text-ink-3">
        ••••
      </span>
      <span className="sr-only">ending in</span> <bdi>{last4}</bdi>
    </span>
  )
}
