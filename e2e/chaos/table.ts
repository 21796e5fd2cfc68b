/** A table in Markdown. */
export function table(head: string[], lines: string[][]): string {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...lines].map((line) => (line[column] ?? '').length)),
  )
  const draw = (line: string[]) =>
    `| ${line.map((cell, column) => (column === line.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join(' | ')} |`
  return [
    draw(head),
    `|${head.map((_, column) => '-'.repeat((widths[column] ?? 0) + 2)).join('|')}|`,
    ...lines.map(draw),
  ].join('\n')
}
