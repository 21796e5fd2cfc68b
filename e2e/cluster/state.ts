// What Patroni says of a node, and when the whole is well. Pure.

export type NodeState = {
  name: string
  isWell: boolean
  isPrimary: boolean
  /** Do commits wait for it? */
  isSynchronous: boolean
  timeline: number | undefined
}

/** Reads the answer of a node's `/patroni`; `null`: it gave none. Patroni 3 calls the primary "master". */
export function stateFrom(name: string, answer: unknown): NodeState {
  const told = typeof answer === 'object' && answer !== null ? (answer as Record<string, unknown>) : {}
  const role = told['role']
  const isPrimary = role === 'primary' || role === 'master'
  return {
    name,
    isWell: told['state'] === 'running' || told['state'] === 'streaming',
    isPrimary,
    isSynchronous: told['sync_standby'] === true,
    timeline: typeof told['timeline'] === 'number' ? told['timeline'] : timelineOf(told['xlog']),
  }
}

const timelineOf = (wal: unknown): number | undefined => {
  const told =
    typeof wal === 'object' && wal !== null ? (wal as Record<string, unknown>)['timeline'] : undefined
  return typeof told === 'number' ? told : undefined
}

/** One primary, everybody well and on the same timeline and, where commits wait for a standby, one that they wait for. */
export function isStable(states: readonly NodeState[], needsSynchronous: boolean): boolean {
  const timelines = new Set(states.map(({ timeline }) => timeline))
  return (
    states.length > 0 &&
    states.every(({ isWell }) => isWell) &&
    states.filter(({ isPrimary }) => isPrimary).length === 1 &&
    timelines.size === 1 &&
    !timelines.has(undefined) &&
    (!needsSynchronous || states.some(({ isSynchronous, isPrimary }) => isSynchronous && !isPrimary))
  )
}
