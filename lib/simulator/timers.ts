/** Timers that end with the simulator and never keep a process alive. */
export class Timers {
  readonly #pending = new Map<string, NodeJS.Timeout>()
  #unnamed = 0

  /** Runs `then` once, after so many milliseconds. A second call with the same key replaces the first. */
  after(ms: number, then: () => void, key = `unnamed-${++this.#unnamed}`): void {
    this.cancel(key)
    const timer = setTimeout(() => {
      this.#pending.delete(key)
      then()
    }, ms)
    timer.unref()
    this.#pending.set(key, timer)
  }

  cancel(key: string): void {
    clearTimeout(this.#pending.get(key))
    this.#pending.delete(key)
  }

  clear(): void {
    for (const timer of this.#pending.values()) clearTimeout(timer)
    this.#pending.clear()
  }
}
