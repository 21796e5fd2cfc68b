// What the web server tells from an address alone.

/** Without the query. */
export const pathOf = (address: string) => address.split('?', 1)[0] ?? address

export const isReturnPath = (path: string) => /^\/pay\/[^/]+\/return$/.test(path)

/** Pages take forms. Routes under /api read their own bodies, and the return from the bank reads none. */
export const isFormPath = (path: string) => !path.startsWith('/api/') && !isReturnPath(path)
