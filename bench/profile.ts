// Where the time goes: by statement, as PostgreSQL counted, and by function, as V8 sampled web server and workers.
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import { short } from './results.ts'

const shown = 30
const statementsFile = 'statements.json'

type Statement = {
  calls: number
  ms: number
  /** Of making plans, which is not part of `ms`. */
  planMs: number
  wal: number
  rows: number
  toplevel: boolean
  query: string
}

/** To be called while the database still is there. */
export async function keepStatements(db: pg.Pool, folder: string): Promise<void> {
  const { rows } = await db.query<Statement>(
    `SELECT calls::float8, total_exec_time AS ms, total_plan_time AS "planMs", wal_bytes::float8 AS wal, rows::float8, toplevel, query
     FROM pg_stat_statements WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND userid <> current_user::regrole ORDER BY total_exec_time + total_plan_time DESC`,
  )
  await writeFile(join(folder, statementsFile), JSON.stringify(rows))
}

/** Reads what the row left in `folder`, and returns it as Markdown. */
export async function summarise(folder: string): Promise<string> {
  const files = await readdir(folder)
  const parts: string[] = []
  if (files.includes(statementsFile))
    parts.push(byStatement(JSON.parse(await readFile(join(folder, statementsFile), 'utf8')) as Statement[]))
  for (const program of ['web', 'worker']) {
    const own = files.filter((file) => file.startsWith(program) && file.endsWith('.cpuprofile'))
    const profiles = await Promise.all(
      own.map(async (file) => JSON.parse(await readFile(join(folder, file), 'utf8')) as CpuProfile),
    )
    if (profiles.length > 0) parts.push(byFunction(program, profiles))
  }
  return parts.join('\n\n')
}

function byStatement(statements: Statement[]): string {
  // What triggers ran is within the time of the statement that fired them.
  const top = statements.filter(({ toplevel }) => toplevel)
  const sum = (of: (one: Statement) => number) => top.reduce((total, one) => total + of(one), 0)
  const line = ({ calls, ms, planMs, wal, query, toplevel }: Statement) =>
    `| ${short(ms)} | ${short(planMs)} | ${((100 * ms) / sum((one) => one.ms)).toFixed(1)} % | ${short(calls)} | ${(ms / calls).toFixed(3)} | ${short(wal / calls)} | ${toplevel ? '' : 'in a trigger: '}\`${query.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').slice(0, 160)}\` |`
  return [
    `### Statements: ${short(sum((one) => one.calls))} calls, ${short(sum((one) => one.ms))} ms, and ${short(sum((one) => one.planMs))} ms of planning`,
    '',
    '| ms | planning | share | calls | ms each | bytes of WAL each | statement |',
    '| --: | --: | --: | --: | --: | --: | --- |',
    ...statements.slice(0, shown).map(line),
  ].join('\n')
}

type CallFrame = { functionName: string; url: string; lineNumber: number }
type CpuProfile = {
  nodes: { id: number; callFrame: CallFrame; children?: number[] }[]
  samples: number[]
  timeDeltas: number[]
}

/** All in ms of CPU. A function that calls itself counts once. */
function byFunction(program: string, profiles: CpuProfile[]): string {
  const self = new Map<string, number>()
  const total = new Map<string, number>()
  const places = new Map<string, number>()
  const add = (to: Map<string, number>, key: string, ms: number) => to.set(key, (to.get(key) ?? 0) + ms)
  for (const { nodes, samples, timeDeltas } of profiles) {
    const spent = new Map<number, number>()
    samples.forEach((id, index) => spent.set(id, (spent.get(id) ?? 0) + (timeDeltas[index] ?? 0) / 1000))
    const byId = new Map(nodes.map((node) => [node.id, node]))
    const parents = new Map(
      nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
    )
    for (const [id, ms] of spent) {
      const node = byId.get(id)
      if (!node || node.callFrame.functionName === '(idle)') continue
      add(self, nameOf(node.callFrame), ms)
      add(places, placeOf(node.callFrame), ms)
      const names = new Set<string>()
      for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
        const frame = byId.get(at)?.callFrame
        if (frame && frame.functionName !== '(root)') names.add(nameOf(frame))
      }
      for (const name of names) add(total, name, ms)
    }
  }
  const all = [...self.values()].reduce((sum, ms) => sum + ms, 0)
  const table = (title: string, times: Map<string, number>) => [
    `| ms | share | ${title} |`,
    '| --: | --: | --- |',
    ...[...times]
      .sort(([, a], [, b]) => b - a)
      .slice(0, shown)
      .map(([name, ms]) => `| ${short(ms)} | ${((100 * ms) / all).toFixed(1)} % | ${name} |`),
    '',
  ]
  return [
    `### ${program}: ${short(all)} ms of CPU in ${profiles.length} process${profiles.length === 1 ? '' : 'es'}`,
    '',
    ...table('package or folder, its own time', places),
    ...table('function, its own time', self),
    ...table('function, with what it calls', total),
  ].join('\n')
}

const pathOf = (url: string) =>
  decodeURIComponent(url.replace(/^file:\/\//, ''))
    .replace(`${process.cwd()}/`, '')
    .replace(/^.*node_modules\//, '')

const nameOf = ({ functionName, url, lineNumber }: CallFrame) =>
  url === ''
    ? functionName || '(anonymous)'
    : `\`${functionName || '(anonymous)'}\` ${pathOf(url)}:${lineNumber + 1}`

/** A package, one of our folders, a part of Node, or what V8 does by itself. */
function placeOf({ functionName, url }: CallFrame): string {
  if (url === '')
    return functionName.startsWith('(') && functionName !== '(anonymous)' ? functionName : 'native code'
  if (url.startsWith('node:')) return url
  const path = pathOf(url)
  if (url.includes('node_modules/'))
    return path
      .split('/')
      .slice(0, path.startsWith('@') ? 2 : 1)
      .join('/')
  return path.split('/').slice(0, -1).slice(0, 3).join('/')
}
