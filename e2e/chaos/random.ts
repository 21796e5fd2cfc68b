// All of the lab's decisions come from one seed: the same seed, the same schedule.

export type Random = {
  /** From 0 (included) to 1 (excluded). */
  next: () => number
  /** A whole number from `min` to `max`, both included. */
  between: (min: number, max: number) => number
  chance: (probability: number) => boolean
  pick: <T>(from: readonly [T, ...T[]]) => T
  /** One of the names, each as likely as its weight says. */
  weighted: <Name extends string>(weights: Readonly<Record<Name, number>>) => Name
  digits: (count: number) => string
}

/** Mulberry32: 32 bits of state, good enough to mix faults. A library would replace five lines, and no seed would mean what it did. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (min: number, max: number) => min + Math.floor(next() * (max - min + 1))
  return {
    next,
    between,
    chance: (probability) => next() < probability,
    pick: (from) => from[between(0, from.length - 1)] ?? from[0],
    weighted(weights) {
      const entries = Object.entries(weights) as [keyof typeof weights, number][]
      let left = next() * entries.reduce((sum, [, weight]) => sum + weight, 0)
      for (const [name, weight] of entries) {
        left -= weight
        if (left < 0) return name
      }
      throw new Error('Bug: nothing to choose from')
    },
    digits: (count) => Array.from({ length: count }, () => String(between(0, 9))).join(''),
  }
}
