/**
 * Tries everything that can happen in a small world (small-world.ts): every order in which two workers, a person, Cardzo and the clock
 * can take their steps, with every crash in between. A worker's place in its code is the list of answers that it got so far, so it is
 * brought back to that place by running its code with these answers; equal situations are looked at once.
 */
import { rowKey } from './small-places.ts'
import { createSteps, nothingMore, Stumbled } from './small-steps.ts'
import type { Budget, State, Step } from './small-steps.ts'
import type { Keeps, World } from './small-world.ts'

export type Explored = { states: number; broken: { why: string; path: string[] } | null }

/** `broken`: what is wrong with a world; null: nothing. */
export function createExplorer(first: World, keeps: Keeps, broken: (world: World) => string | null) {
  const stepsOf = createSteps(first, keeps)

  /** What keeps it from ending from here on, although nothing more goes wrong; null: it ends. */
  async function trouble({ world, workers }: State): Promise<string | null> {
    let state: State = {
      world,
      workers,
      person: 'done',
      left: { ...nothingMore, leaseEnd: 9, poll: 50, bank: 1 },
    }
    for (let step = 0; step < 500; step++) {
      const { row, callback } = state.world
      if (row.finalAt !== null && callback !== 'waits') return null
      const steps = await stepsOf(state)
      const chosen =
        steps.find(({ waits }) => !waits) ?? steps.find(({ name }) => name !== 'the lease ends') ?? steps[0]
      if (!chosen) break
      state = chosen.to
    }
    return state.world.items.length > 0
      ? null
      : `the payout stays ${state.world.row.status}, and nobody is told`
  }

  return {
    /**
     * Everything reachable within this budget, up to the first broken situation. `settles`: also that from wherever nobody is at work,
     * the payout ends or people are told, if nothing more goes wrong.
     */
    async explore(left: Budget, { settles = false } = {}): Promise<Explored> {
      const start: State = {
        ...{ world: first, left, person: null },
        workers: ['one', 'two'].map((name) => ({ name, place: null, waits: false })),
      }
      const seen = new Set<string>([stateKey(start)])
      let front: { state: State; came: Came | null }[] = [{ state: start, came: null }]
      while (front.length > 0) {
        const following: typeof front = []
        for (const { state, came } of front) {
          const isIdle = state.workers.every(({ place }) => place === null)
          const why = broken(state.world) ?? (settles && isIdle ? await trouble(state) : null)
          if (why !== null) return { states: seen.size, broken: { why, path: pathOf(came) } }
          let steps: Step[]
          try {
            steps = await stepsOf(state)
          } catch (error) {
            if (!(error instanceof Stumbled)) throw error
            return { states: seen.size, broken: { why: error.message, path: pathOf(came) } }
          }
          for (const { name, to } of steps) {
            const key = stateKey(to)
            if (seen.has(key)) continue
            seen.add(key)
            following.push({ state: to, came: { name, before: came } })
          }
        }
        front = following
      }
      return { states: seen.size, broken: null }
    },
  }
}

type Came = { name: string; before: Came | null }
function pathOf(came: Came | null): string[] {
  const path: string[] = []
  for (let one = came; one; one = one.before) path.unshift(one.name)
  return path
}

/** The two workers are alike. */
function stateKey({ world, workers, person, left }: State): string {
  const { cardzo, work } = world
  const each = workers
    .map(({ name, place, waits }) => {
      const message = cardzo.wire.findIndex(({ from }) => from === name)
      return `${place?.id ?? ''}${waits ? `w${message}` : ''}`
    })
    .sort()
  return [
    ...[world.now, rowKey(world.row), work.dueAt, work.newsAt, work.fence, work.until, world.stopped],
    ...[
      world.callback,
      world.items.join(),
      cardzo.order,
      cardzo.pays,
      cardzo.checksUnasked,
      world.askFirstSince,
      world.wrong,
    ],
    cardzo.wire.map(({ command, at, from, sentAt }) => `${command} ${at} ${from !== null} ${sentAt}`).join(),
    person === null || person === 'done' ? person : rowKey(person),
    ...Object.values(left),
    ...each,
  ].join('|')
}
