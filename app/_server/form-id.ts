import { randomBytes } from 'node:crypto'

/** Names one form, so that sending it twice makes one request. 128 random bits, base64url. */
export const freshFormId = () => randomBytes(16).toString('base64url')

export const isFormId = (text: unknown): text is string =>
  typeof text === 'string' && /^[A-Za-z0-9_-]{22}$/.test(text)
