import type { ReactNode } from 'react'

/** Names and values, in two columns if there is room. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className="@container divide-y divide-line">{children}</dl>
}

export function Fact({
  name,
  children,
  mono = false,
}: {
  name: string
  children: ReactNode
  mono?: boolean
}) {
  return (
    <div className="grid gap-x-6 gap-y-0.5 py-3 first:pt-0 last:pb-0 @sm:grid-cols-[10rem_1fr]">
      <dt className="text-sm leading-6 text-ink-3">
        <bdi>{name}</bdi>
      </dt>
      <dd
        className={`min-w-0 leading-6 break-words ${mono ? 'font-mono text-[0.8125rem]' : 'text-[0.9375rem]'}`}
      >
        {children}
      </dd>
    </div>
  )
}
