/** The types of the TypeScript client are made of the description: `npm run client:types` writes them. */
import { readFile, writeFile } from 'node:fs/promises'
import openapiTS, { astToString } from 'openapi-typescript'
import type { OpenAPI3 } from 'openapi-typescript'
import { expect, it } from 'vitest'
import { formatText } from '../../../scripts/format-text.ts'
import { describeApi } from './describe-api.ts'

const file = 'clients/typescript/src/schema.ts'
const head =
  '/* oxlint-disable max-lines -- Made by `npm run client:types` from the description of the API; not to be changed by hand. */\n'

it('the client’s types are those of the description', async () => {
  const document = JSON.parse(JSON.stringify(describeApi())) as OpenAPI3
  const types = astToString(await openapiTS(document, { defaultNonNullable: false }))
  const made = await formatText(file, head + types)
  if (process.env['UPDATE_CLIENT'] === '1') await writeFile(file, made)
  expect(await readFile(file, 'utf8')).toBe(made)
})
