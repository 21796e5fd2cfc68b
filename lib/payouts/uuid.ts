const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Is it a UUID? The database throws on anything else in an id column. */
export const isUuid = (text: string): boolean => uuid.test(text)
