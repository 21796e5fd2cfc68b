import { z } from 'zod'

/**
 * Leaves out every `null` given for an optional field of this schema, or for an entry of a record that allows no
 * `null`: leaving a field out and saying that it is nothing mean the same.
 */
export function absentNulls(schema: unknown, value: unknown): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault)
    return absentNulls(schema.unwrap(), value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  if (schema instanceof z.ZodObject) {
    const fieldOf = (name: string) =>
      Object.hasOwn(schema.shape, name) ? (schema.shape[name] as z.ZodType) : null
    return Object.fromEntries(
      Object.entries(value)
        .filter(([name, inner]) => inner !== null || fieldOf(name)?.safeParse(undefined).success !== true)
        .map(([name, inner]) => [name, absentNulls(fieldOf(name), inner)]),
    )
  }
  if (schema instanceof z.ZodRecord) {
    const takesNull = (schema.valueType as z.ZodType).safeParse(null).success
    return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null || takesNull))
  }
  return value
}
