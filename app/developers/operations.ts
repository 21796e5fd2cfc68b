/** The description of the API as the page shows it. */
import { apiCodes, describeApi } from '#app/_server/openapi/describe-api.ts'
import { problemAnchor, problemAnswers } from '#app/_server/problem.ts'

export type Parameter = {
  name: string
  in: 'path' | 'query' | 'header'
  description: string
  required: boolean
  example: string
}

export type Operation = {
  id: string
  tag: string
  method: string
  path: string
  summary: string
  description: string
  scopes: string[]
  parameters: Parameter[]
  /** JSON, ready to be changed. */
  body: string | null
  answers: { status: string; description: string; example: string | null }[]
  problems: { status: string; codes: string[] }[]
}

type Said = {
  operationId: string
  tags: string[]
  summary: string
  description?: string
  security?: { apiKey: string[] }[]
  parameters?: SaidParameter[]
  requestBody?: { content: Record<string, { example?: unknown }> }
  responses: Record<
    string,
    {
      $ref?: string
      description?: string
      content?: Record<string, { example?: unknown; examples?: object }>
    }
  >
}
type SaidParameter = Omit<Parameter, 'example'> & { example?: unknown }

const pretty = (value: unknown) => JSON.stringify(value, null, 2)
const textOf = (example: unknown) =>
  typeof example === 'string' || typeof example === 'number' ? String(example) : ''

/** Every call, in the order of the description. */
export function readOperations(): Operation[] {
  // As programs read it.
  const { paths } = JSON.parse(JSON.stringify(describeApi())) as {
    paths: Record<string, Record<string, Said> & { parameters?: SaidParameter[] }>
  }
  return Object.entries(paths).flatMap(([path, { parameters: shared = [], ...methods }]) =>
    Object.entries(methods).map(([method, said]) => operationOf(path, method, shared, said)),
  )
}

function operationOf(path: string, method: string, shared: readonly SaidParameter[], said: Said): Operation {
  const example = said.requestBody?.content['application/json']?.example
  const answers = Object.entries(said.responses)
  return {
    id: said.operationId,
    tag: said.tags[0] ?? '',
    method: method.toUpperCase(),
    path,
    summary: said.summary,
    description: said.description ?? '',
    scopes: (said.security ?? []).flatMap(({ apiKey }) => apiKey),
    parameters: [...shared, ...(said.parameters ?? [])].map((one) => ({
      ...one,
      example: textOf(one.example),
    })),
    body: example === undefined ? null : pretty(example),
    answers: answers
      .filter(([status]) => status.startsWith('2'))
      .map(([status, { description = '', content }]) => {
        const shown = content?.['application/json']?.example
        return { status, description, example: shown === undefined ? null : pretty(shown) }
      }),
    problems: answers
      .filter(([status]) => !status.startsWith('2'))
      .map(([status, { $ref, content }]) => ({
        status,
        codes:
          $ref === undefined
            ? Object.keys(content?.['application/problem+json']?.examples ?? {})
            : [$ref.replace('#/components/responses/', '')],
      })),
  }
}

/** Every problem that some call can answer, by its status. The `type` of a problem document leads to its anchor. */
export const readProblems = () =>
  apiCodes
    .map((code) => ({ code, anchor: problemAnchor(code), ...problemAnswers[code] }))
    .sort((a, b) => a.http - b.http)

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`

/** The call as people type it into a shell; PORTAL and KEY are theirs. */
export function commandOf({ method, path, parameters, body, scopes }: Operation): string {
  const place = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(parameters.find((one) => one.name === name)?.example ?? name),
  )
  const headers = parameters.filter((one) => one.in === 'header' && one.required)
  return [
    `curl -i ${method === 'GET' ? '' : `-X ${method} `}"$PORTAL${place}"`,
    ...(scopes.length > 0 ? ['-H "Authorization: Bearer $KEY"'] : []),
    ...headers.map(({ name, example }) => `-H ${quoted(`${name}: ${example}`)}`),
    ...(body === null ? [] : [`-H 'Content-Type: application/json'`, `-d ${quoted(body)}`]),
  ].join(' \\\n  ')
}
