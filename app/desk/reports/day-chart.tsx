import type { Words } from '#lib/words/words.ts'
import { groups } from './figures.ts'
import type { Group } from './figures.ts'

export type Bar = {
  day: string
  /** From the bottom up; heights in any one unit. */
  parts: readonly { group: Group; height: number }[]
  href: string
  /** What the bar says when it is pointed at. */
  title: string
}

const fills: Record<Group, string> = { paid: 'fill-good', unpaid: 'fill-bad', open: 'fill-info' }
const swatches: Record<Group, string> = { paid: 'bg-good', unpaid: 'bg-bad', open: 'bg-info' }

/** Units of the drawing, which is stretched to the width there is. */
const [barWidth, gap, height] = [10, 3, 100]

/**
 * Bars by day, drawn by the server: no scripts. For pointing at; the table below has the same figures and links for keyboards and screen
 * readers.
 */
export function DayChart({ bars }: { bars: readonly Bar[] }) {
  const most = Math.max(1, ...bars.map(({ parts }) => parts.reduce((sum, part) => sum + part.height, 0)))
  const width = bars.length * (barWidth + gap)
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      className="block h-40 w-full"
    >
      {[0, 0.5, 1].map((share) => (
        <line
          key={share}
          x1="0"
          x2={width}
          y1={share * height}
          y2={share * height}
          className="stroke-line"
          vectorEffect="non-scaling-stroke"
        />
      ))}
      {bars.map(({ day, parts, href, title }, index) => {
        let top = height
        return (
          <a key={day} href={href} tabIndex={-1} className="group">
            <title>{title}</title>
            {/* The whole column can be pressed, however low the bar is. */}
            <rect
              x={index * (barWidth + gap)}
              y="0"
              width={barWidth + gap}
              height={height}
              className="fill-transparent group-hover:fill-sunken"
            />
            {parts.map((part) => {
              const high = (part.height / most) * height
              top -= high
              return (
                <rect
                  key={part.group}
                  x={index * (barWidth + gap) + gap / 2}
                  y={top}
                  width={barWidth}
                  height={high}
                  className={fills[part.group]}
                />
              )
            })}
          </a>
        )
      })}
    </svg>
  )
}

/** Which colour is what. */
export function Legend({ t, of }: { t: Words<'reports'>; of: readonly Group[] }) {
  return (
    <ul className="mt-2 flex flex-wrap gap-x-5 text-sm text-ink-2">
      {Object.keys(groups)
        .filter((group): group is Group => (of as readonly string[]).includes(group))
        .map((group) => (
          <li key={group} className="flex items-center gap-2">
            <span
              aria-hidden="true"
              className={`size-3 rounded-sm ${swatches[group]} forced-color-adjust-none`}
            />
            {t(group)}
          </li>
        ))}
    </ul>
  )
}
