import type { AuditQuery } from '#lib/services/audit/show-audit.ts'

const names = ['who', 'kind', 'subject', 'from', 'to'] as const

/** A name that is given twice counts as not given. */
export function readQuery(given: Record<string, string | string[] | undefined>): AuditQuery {
  const text = (name: string) => {
    const value = given[name]
    return typeof value === 'string' ? value : ''
  }
  const [who, kind, subject, from, to] = names.map(text) as [string, string, string, string, string]
  const cursor = text('cursor')
  return { who, kind, subject, from, to, cursor: cursor === '' ? null : cursor }
}

/** The filter as in the address, without the page. */
export const writeQuery = (query: AuditQuery): URLSearchParams =>
  new URLSearchParams(names.flatMap((name) => (query[name] === '' ? [] : [[name, query[name]]])))
