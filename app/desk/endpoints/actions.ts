'use server'
import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { readTexts, sentBack } from '#app/_ui/form/form-state.ts'
import type { FormState } from '#app/_ui/form/form-state.ts'
import { act } from '#app/_server/action.ts'
import { formAction } from '#app/_server/form-action.ts'
import { askTest } from '#lib/services/endpoint/ask-test.ts'
import { proposeSettings } from '#lib/services/policy/propose-settings.ts'

const page = '/desk/endpoints'
const rotations = ['promote', 'end'] as const

/** What is sent back into the form when it is refused: never a secret. */
const withoutSecrets = ({ key, control, ...texts }: Record<string, string>) => texts

/** A new endpoint, or another state of the one with this number. */
async function runPropose(_before: FormState, form: FormData): Promise<FormState> {
  const texts = readTexts(form)
  const { id = '', rotation: asked, reason = '', code = '' } = texts
  const text = (name: string) => texts[name] ?? ''
  const endpoint = {
    id: id === '' ? null : /^\d{1,5}$/.test(id) ? Number(id) : 0,
    name: text('name'),
    kind: text('kind'),
    cardzoId: text('cardzoId'),
    baseUrl: text('baseUrl'),
    login: text('login'),
    currencies: text('currencies'),
    fields: text('fields'),
    redirectHosts: text('redirectHosts'),
    maxRequestsPerS: text('maxRequestsPerS'),
    balance: text('balance'),
    lowMarks: text('lowMarks'),
    active: text('active') !== 'no',
    key: text('key'),
    control: text('control'),
    rotation: rotations.find((one) => one === asked) ?? '',
  } as const
  const result = await act(({ deps, actor }) => proposeSettings(deps, actor, { endpoint, reason, code }))
  if (!result.ok) return sentBack(result, withoutSecrets(texts))
  revalidatePath(page)
  redirect(page)
}

async function runProposeRoutes(_before: FormState, form: FormData): Promise<FormState> {
  const texts = readTexts(form)
  const { routes = '', reason = '', code = '' } = texts
  const result = await act(({ deps, actor }) => proposeSettings(deps, actor, { routes, reason, code }))
  if (!result.ok) return sentBack(result, texts)
  revalidatePath(page)
  redirect(page)
}

/** The answer is on the page when a worker has it. */
async function runTest(_before: FormState, form: FormData): Promise<FormState> {
  const texts = readTexts(form)
  const { endpoint = '' } = texts
  const endpointId = /^\d{1,5}$/.test(endpoint) ? Number(endpoint) : 0
  const result = await act(({ deps, actor }) => askTest(deps, actor, { endpointId }))
  if (!result.ok) return sentBack(result, texts)
  revalidatePath(page)
  redirect(page)
}

// What a browser can call; each checks its arguments first.
export const proposeEndpoint = formAction(runPropose)
export const testEndpoint = formAction(runTest)
export const proposeRoutes = formAction(runProposeRoutes)
