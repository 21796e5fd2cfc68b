export type Bell = {
  ring: () => void
  /** Resolves when it rings, or after `ms` milliseconds. */
  wait: (ms: number) => Promise<void>
}

/** If it rings while nobody waits, the next to wait hears it at once. */
export function createBell(): Bell {
  let rung = false
  let hear: (() => void) | undefined
  return {
    ring: () => {
      rung = true
      hear?.()
    },
    wait: (ms) =>
      new Promise((resolve) => {
        const heard = () => {
          clearTimeout(timer)
          hear = undefined
          rung = false
          resolve()
        }
        const timer = setTimeout(heard, ms)
        hear = heard
        if (rung) heard()
      }),
  }
}
