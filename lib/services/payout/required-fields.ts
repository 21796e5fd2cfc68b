/** The fields that the bank behind this endpoint requires, and where their values come from. */
import type { PayoutRequest } from '#lib/contract/payout.ts'
import { describeField, receiverFields } from '#lib/payouts/fields.ts'
import type { InputProblem } from '#lib/payouts/refusals.ts'
import type { Config } from '#lib/services/ports.ts'

type Where = Pick<PayoutRequest, 'destination' | 'receiver'>
/** What is asked for: the fields that must be there, which others may be (unless said: none), and forms that values must have. */
export type FieldRules = Pick<Config, 'requiredFields'> & {
  allowedFields?: readonly string[]
  patterns?: Readonly<Record<string, string>>
}
type Required = Pick<Config, 'requiredFields'>

/** What is wrong with the destination, each problem at its path. */
export function destinationProblems(
  config: FieldRules,
  request: Where,
  ipAddress: string | null,
): InputProblem[] {
  const problems: InputProblem[] = []
  for (const name of Object.keys(request.destination))
    if (!(config.allowedFields ?? config.requiredFields).includes(name))
      problems.push({ path: `destination.${name}`, said: { code: 'fieldUnused' } })
  const fields = gatewayFields(config, request, ipAddress)
  for (const name of config.requiredFields) {
    const value = fields[name]
    const { maxLength } = describeField(name)
    if (value === undefined)
      problems.push({ path: `destination.${name}`, said: { code: 'fieldMissing', field: name } })
    else if (value.length > maxLength)
      problems.push({
        path: `destination.${name}`,
        said: { code: 'fieldTooLong', field: name, max: maxLength },
      })
    else if (!hasForm(config.patterns?.[name], value))
      problems.push({ path: `destination.${name}`, said: { code: 'fieldPattern' } })
  }
  return problems
}

/** As a browser reads the pattern of an input: the whole value must match. */
const hasForm = (pattern: string | undefined, value: string): boolean =>
  pattern === undefined || new RegExp(`^(?:${pattern})$`, 'v').test(value)

/** The required fields as they will be sent: from the destination, else from the receiver, else their IP address. None is empty. */
export function gatewayFields(
  config: Required,
  request: Where,
  ipAddress: string | null,
): Record<string, string> {
  const own: Partial<Record<string, string>> = {}
  for (const [field, property] of Object.entries(receiverFields)) {
    const value = request.receiver[property]
    if (value !== undefined) own[field] = value
  }
  if (ipAddress !== null) own['ipaddress'] = ipAddress
  return Object.fromEntries(
    config.requiredFields.flatMap((name) => {
      const value = request.destination[name] ?? own[name]
      return value === undefined || value === '' ? [] : [[name, value]]
    }),
  )
}
