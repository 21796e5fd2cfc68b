// Not `node --watch`: its watcher ignores --import, so it would go on, with its worker, when the demo is killed (stop-with-parent.ts).
import { watch } from 'node:fs'
import type { StartedProcess } from './start-process.ts'

/** An editor writes several files, and each of them in several steps. */
const settleMs = 300
const isSource = (path: string | null) => path !== null && /\.ts$/.test(path) && !/\.test\.ts$/.test(path)

/**
 * For development: keeps one process running on the newest sources of `folder`. One that ends by itself, as with half a
 * sentence typed, is started again at the next change, so the returned process never ends unless it is stopped.
 */
export function restartOnChange(folder: string, start: () => StartedProcess): StartedProcess {
  let current = start()
  let isStopped = false
  let work = Promise.resolve()
  let timer: NodeJS.Timeout | undefined

  const restart = async () => {
    await current.stop()
    if (!isStopped) current = start()
  }
  const watcher = watch(folder, { recursive: true }, (_event, path) => {
    if (!isSource(path)) return
    clearTimeout(timer)
    timer = setTimeout(() => {
      work = work.then(restart)
    }, settleMs)
  })

  let hasEnded: (how: number) => void
  const ended = new Promise<number>((resolve) => {
    hasEnded = resolve
  })
  const stop = async () => {
    isStopped = true
    watcher.close()
    clearTimeout(timer)
    await work
    await current.stop()
    hasEnded(0)
  }
  return { ...current, ended, stop, output: () => current.output() }
}
