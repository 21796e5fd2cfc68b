// What the web server tells from an address alone.

/** Without the query. */
export const pathOf = (address: string) => address.split('?', 1)[0] ?? address

export const isReturnPath = (path: string) => /^\/pay\/[^/]+\/return$/.test(path)

/** Pages take forms; what is under /api reads its own bodies, and who comes back from the bank sends nothing that is read. */
export const isFormPath = (path: string) => !path.startsWith('/api/') && !isReturnPath(path)
